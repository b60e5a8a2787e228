-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

CREATE TABLE feature_flag (
  name text PRIMARY KEY CHECK (name <> ''),
  state text NOT NULL CHECK (state IN ('on', 'off', 'some')),
  studies uuid[] NOT NULL DEFAULT '{}',
  roles text[] NOT NULL DEFAULT '{}',
  share bigint NOT NULL DEFAULT 0 CHECK (share BETWEEN 0 AND 100),
  set_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE feature_flag IS 'what somebody has set; a flag without a row has its default';

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
