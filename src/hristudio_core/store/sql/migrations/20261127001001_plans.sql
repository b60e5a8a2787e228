-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

CREATE TABLE planned_trial (
  id uuid PRIMARY KEY,
  study_id uuid NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  planned_at timestamptz NOT NULL,
  participant text NOT NULL CHECK (participant <> ''),
  protocol text NOT NULL CHECK (protocol <> ''),
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  condition text NOT NULL DEFAULT '',
  mode text NOT NULL CHECK (mode IN ('live', 'pilot', 'rehearsal')),
  wizard_id uuid REFERENCES account (id) ON DELETE SET NULL,
  note text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  cancelled_at timestamptz
);
CREATE INDEX planned_trial_study ON planned_trial (study_id, planned_at, id);
CREATE INDEX planned_trial_when ON planned_trial (planned_at, id);
CREATE INDEX planned_trial_wizard ON planned_trial (wizard_id);
COMMENT ON TABLE planned_trial IS 'who is to meet which protocol, when';
COMMENT ON COLUMN planned_trial.digest IS 'of the protocol''s version: another text is another plan';

CREATE TABLE trial_start (
  trial_id uuid PRIMARY KEY,
  study_id uuid NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  plan_id uuid REFERENCES planned_trial (id) ON DELETE CASCADE,
  account_id uuid REFERENCES account (id) ON DELETE SET NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX trial_start_plan ON trial_start (plan_id);
CREATE INDEX trial_start_study ON trial_start (study_id);
CREATE INDEX trial_start_account ON trial_start (account_id);
COMMENT ON TABLE trial_start IS 'trials that were asked for here: which study they belong to, before their events come';

CREATE VIEW plan AS
SELECT planned.id, planned.study_id, study.name AS study, planned_at, planned.participant, planned.protocol, planned.digest,
       planned.condition, planned.mode, wizard_id, coalesce(wizard.name, '') AS wizard, note, planned.created_at,
       cancelled_at, study.archived_at IS NOT NULL AS archived, started.trial_id, trial.id IS NOT NULL AS kept, coalesce(trial.outcome, '') AS outcome,
       CASE WHEN started.trial_id IS NOT NULL THEN 'started'
            WHEN cancelled_at IS NOT NULL THEN 'cancelled' ELSE 'open' END AS state
FROM planned_trial AS planned
JOIN study ON study.id = planned.study_id
LEFT JOIN account AS wizard ON wizard.id = planned.wizard_id
LEFT JOIN trial_start AS started ON started.plan_id = planned.id
LEFT JOIN trial ON trial.id = started.trial_id;

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
