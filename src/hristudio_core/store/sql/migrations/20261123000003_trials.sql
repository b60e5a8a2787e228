-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

CREATE TABLE trial (
  id uuid PRIMARY KEY,
  experiment_id uuid REFERENCES experiment (id),
  protocol_version_id uuid REFERENCES protocol_version (id),
  protocol text NOT NULL DEFAULT '',
  version text NOT NULL DEFAULT '',
  digest text NOT NULL DEFAULT '',
  participant text NOT NULL DEFAULT '',
  condition text NOT NULL DEFAULT '',
  mode text NOT NULL DEFAULT '',
  seed numeric(20, 0),
  parameters jsonb NOT NULL DEFAULT '{}',
  robot text NOT NULL DEFAULT '',
  host text NOT NULL DEFAULT '',
  first_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  outcome text NOT NULL DEFAULT '',
  reason text NOT NULL DEFAULT '',
  event_count bigint NOT NULL DEFAULT 0,
  head_seq bigint NOT NULL DEFAULT 0,
  head_hash text NOT NULL DEFAULT ''
);
CREATE INDEX trial_newest ON trial (first_at DESC, id DESC);
CREATE INDEX trial_participant ON trial (participant, first_at DESC);
CREATE INDEX trial_protocol ON trial (protocol, first_at DESC);
CREATE INDEX trial_experiment ON trial (experiment_id, first_at DESC);
CREATE INDEX trial_protocol_version ON trial (protocol_version_id);
COMMENT ON TABLE trial IS 'what the events of a trial add up to, kept by whoever stores the events';
COMMENT ON COLUMN trial.first_at IS 'wall clock of the first event that was stored';
COMMENT ON COLUMN trial.event_count IS 'rows of trial_event; less than head_seq means a gap';

CREATE TABLE trial_event (
  trial_id uuid NOT NULL REFERENCES trial (id),
  seq bigint NOT NULL CHECK (seq > 0),
  wall_ns bigint NOT NULL,
  monotonic_ns bigint NOT NULL,
  ros_ns bigint NOT NULL,
  shown_ns bigint,
  acted_ns bigint,
  offset_ns bigint,
  offset_error_ns bigint,
  id uuid NOT NULL,
  caused_by uuid,
  kind text NOT NULL,
  actor text NOT NULL,
  source text NOT NULL,
  step text NOT NULL,
  path text NOT NULL,
  host text NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32),
  stored_at timestamptz NOT NULL DEFAULT now(),
  payload jsonb NOT NULL,
  payload_text text NOT NULL,
  PRIMARY KEY (trial_id, seq)
);
CREATE INDEX trial_event_kind ON trial_event (kind, wall_ns);
CREATE INDEX trial_event_wall ON trial_event USING brin (wall_ns);
COMMENT ON TABLE trial_event IS 'the journal, row for row';
COMMENT ON COLUMN trial_event.payload IS 'for queries; NUL characters are replaced, numbers are normalised';
COMMENT ON COLUMN trial_event.payload_text IS 'to the letter what was hashed';

CREATE TRIGGER trial_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON trial_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- ALWAYS: also for a session that plays a replica.
ALTER TABLE trial_event ENABLE ALWAYS TRIGGER trial_event_append_only;

CREATE TABLE trial_event_conflict (
  trial_id uuid NOT NULL,
  seq bigint NOT NULL,
  hash bytea NOT NULL,
  entry jsonb NOT NULL,
  found_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (trial_id, seq, hash)
);
COMMENT ON TABLE trial_event_conflict IS 'events whose place was taken by a different one: none is dropped';
CREATE TRIGGER trial_event_conflict_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON trial_event_conflict
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE trial_event_conflict ENABLE ALWAYS TRIGGER trial_event_conflict_append_only;

CREATE TABLE journal_position (
  journal_id uuid PRIMARY KEY,
  row bigint NOT NULL,
  hash text NOT NULL,
  moved_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE journal_position IS 'how far each robot host''s journal is stored here; moves with the events';

CREATE VIEW annotation AS
  SELECT trial_id, seq, id, actor, wall_ns,
         payload ->> 'text' AS text,
         coalesce(payload -> 'tags', '[]') AS tags,
         (payload ->> 'from_ns')::bigint AS from_ns,
         (payload ->> 'to_ns')::bigint AS to_ns
  FROM trial_event
  WHERE kind = 'annotation';

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
