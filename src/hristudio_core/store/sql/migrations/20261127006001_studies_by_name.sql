-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

-- A table of studies is small, and who stores one waits gladly.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX study_name ON study (lower(name), id);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX study_created ON study (created_at DESC, id DESC);

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
