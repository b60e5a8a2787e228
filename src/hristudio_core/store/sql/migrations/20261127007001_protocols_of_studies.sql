-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

ALTER TABLE protocol ADD COLUMN study_id uuid NOT NULL DEFAULT '00000000-0000-7000-8000-000000000001';
ALTER TABLE protocol ADD CONSTRAINT protocol_study_id_fkey FOREIGN KEY (study_id) REFERENCES study (id) NOT VALID;
ALTER TABLE protocol ADD COLUMN archived_at timestamptz;
COMMENT ON COLUMN protocol.study_id IS 'what was run without a study is the Lab bench''s';

-- Two studies may have protocols of one name, and of one text. A table of protocols is small, and who stores
-- one waits gladly.
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX protocol_name;
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX protocol_name ON protocol (study_id, name);
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX protocol_version_digest;
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX protocol_version_digest ON protocol_version (digest, protocol_id);

ALTER TABLE protocol_version ADD COLUMN author uuid;
COMMENT ON COLUMN protocol_version.author IS 'the account that stored it; null: brought by a robot host';
ALTER TABLE protocol_version ADD COLUMN number bigint;
COMMENT ON COLUMN protocol_version.number IS 'counts the versions of a protocol from 1';
-- What is there gets its number once, by the hand that may: the guard is back before anybody else looks.
ALTER TABLE protocol_version DISABLE TRIGGER protocol_version_append_only;
UPDATE protocol_version SET number = counted.place
FROM (SELECT id, row_number() OVER (PARTITION BY protocol_id ORDER BY created_at, id) AS place FROM protocol_version)
  AS counted
WHERE counted.id = protocol_version.id;
ALTER TABLE protocol_version ENABLE ALWAYS TRIGGER protocol_version_append_only;
ALTER TABLE protocol_version ADD CONSTRAINT protocol_version_number_check CHECK (number IS NOT NULL AND number > 0) NOT VALID;
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX protocol_version_number ON protocol_version (protocol_id, number);

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
