-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

ALTER TABLE protocol VALIDATE CONSTRAINT protocol_study_id_fkey;
ALTER TABLE protocol_version VALIDATE CONSTRAINT protocol_version_number_check;

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
