-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

-- None is there yet: nothing made any before. The tables that get an index are small: people type what is in them.
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX experiment_name ON experiment (study_id, lower(name));
-- What a plan or a start names is of the same study.
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX experiment_of_study ON experiment (study_id, id);
COMMENT ON TABLE experiment IS 'trials of a study that belong together';

ALTER TABLE planned_trial ADD COLUMN experiment_id uuid;
ALTER TABLE planned_trial ADD CONSTRAINT planned_trial_experiment_fkey
  FOREIGN KEY (study_id, experiment_id) REFERENCES experiment (study_id, id) NOT VALID;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX planned_trial_experiment ON planned_trial (study_id, experiment_id);

ALTER TABLE trial_start ADD COLUMN experiment_id uuid;
ALTER TABLE trial_start ADD CONSTRAINT trial_start_experiment_fkey
  FOREIGN KEY (study_id, experiment_id) REFERENCES experiment (study_id, id) NOT VALID;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX trial_start_experiment ON trial_start (study_id, experiment_id);

CREATE OR REPLACE VIEW plan AS
SELECT planned.id, planned.study_id, study.name AS study, planned_at, planned.participant, planned.protocol, planned.digest,
       planned.condition, planned.mode, wizard_id, coalesce(wizard.name, '') AS wizard, note, planned.created_at,
       cancelled_at, study.archived_at IS NOT NULL AS archived, started.trial_id, trial.id IS NOT NULL AS kept, coalesce(trial.outcome, '') AS outcome,
       CASE WHEN started.trial_id IS NOT NULL THEN 'started'
            WHEN cancelled_at IS NOT NULL THEN 'cancelled' ELSE 'open' END AS state,
       planned.experiment_id, coalesce(experiment.name, '') AS experiment
FROM planned_trial AS planned
JOIN study ON study.id = planned.study_id
LEFT JOIN account AS wizard ON wizard.id = planned.wizard_id
LEFT JOIN experiment ON experiment.id = planned.experiment_id
LEFT JOIN trial_start AS started ON started.plan_id = planned.id
LEFT JOIN trial ON trial.id = started.trial_id;

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
