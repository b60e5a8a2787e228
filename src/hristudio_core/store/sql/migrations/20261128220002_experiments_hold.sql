-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

ALTER TABLE planned_trial VALIDATE CONSTRAINT planned_trial_experiment_fkey;
ALTER TABLE trial_start VALIDATE CONSTRAINT trial_start_experiment_fkey;

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
