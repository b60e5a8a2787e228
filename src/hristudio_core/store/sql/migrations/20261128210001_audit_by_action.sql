-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

-- What was refused in the last hour is looked for every few seconds, in a trail that has grown for years.
-- Writers wait while it is built: a second for some hundred thousand records.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX audit_action ON audit (action, at);

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
