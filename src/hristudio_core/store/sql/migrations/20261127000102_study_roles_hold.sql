-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

ALTER TABLE account VALIDATE CONSTRAINT account_role_check;
ALTER TABLE trial VALIDATE CONSTRAINT trial_study_id_fkey;

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
