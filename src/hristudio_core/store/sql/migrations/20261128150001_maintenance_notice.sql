-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

CREATE TABLE maintenance_notice (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  starts_at timestamptz NOT NULL,
  ends_at timestamptz CHECK (ends_at > starts_at),
  message text NOT NULL DEFAULT '',
  by text NOT NULL DEFAULT '',
  set_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE maintenance_notice IS 'the maintenance that is announced or in force: one row, or none';
COMMENT ON COLUMN maintenance_notice.ends_at IS 'when it is expected to end; it is over when the row is gone';

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
