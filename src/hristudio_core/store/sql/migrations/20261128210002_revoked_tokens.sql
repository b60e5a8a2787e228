-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

ALTER TABLE api_token ADD COLUMN revoked_at timestamptz;
COMMENT ON COLUMN api_token.revoked_at IS 'since when it is worthless; kept for a while, so that its use is noticed';

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
