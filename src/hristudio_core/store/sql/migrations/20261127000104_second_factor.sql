-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

CREATE TABLE second_factor (
  account_id uuid PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
  sealed_secret text NOT NULL,
  set_at timestamptz NOT NULL DEFAULT now(),
  last_step bigint NOT NULL,
  failures bigint NOT NULL DEFAULT 0,
  locked_until timestamptz
);
COMMENT ON TABLE second_factor IS 'one-time passwords of an authenticator (RFC 6238)';
COMMENT ON COLUMN second_factor.sealed_secret IS 'encrypted with a key that is not in this database';
COMMENT ON COLUMN second_factor.last_step IS 'time step of the last code that was taken: none is taken twice';

CREATE TABLE recovery_code (
  account_id uuid NOT NULL REFERENCES second_factor (account_id) ON DELETE CASCADE,
  code_hash bytea NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (account_id, code_hash)
);
COMMENT ON TABLE recovery_code IS 'codes that serve once instead of the authenticator; only the SHA-256 of each is kept';

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
