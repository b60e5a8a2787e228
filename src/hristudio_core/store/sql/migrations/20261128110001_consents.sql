-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

ALTER TABLE participant ADD COLUMN consented_on date;
ALTER TABLE participant ADD COLUMN consent_form text NOT NULL DEFAULT '';
ALTER TABLE participant ADD COLUMN withdrawn_at timestamptz;
COMMENT ON COLUMN participant.consented_on IS 'day of the consent; null: there is none';
COMMENT ON COLUMN participant.consent_form IS 'which form was signed';
COMMENT ON COLUMN participant.withdrawn_at IS 'since when the consent holds no more';

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
