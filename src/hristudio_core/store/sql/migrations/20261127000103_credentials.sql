-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

CREATE TABLE credential (
  account_id uuid PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
  password_hash text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  failures bigint NOT NULL DEFAULT 0,
  locked_until timestamptz
);
COMMENT ON TABLE credential IS 'passwords as argon2id hashes, apart from the accounts that every page reads';
COMMENT ON COLUMN credential.failures IS 'wrong passwords since the last right one';

CREATE TABLE api_token (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  name text NOT NULL CHECK (name <> ''),
  token_hash bytea NOT NULL,
  permissions text [] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  last_used_at timestamptz
);
CREATE UNIQUE INDEX api_token_hash ON api_token (token_hash);
CREATE INDEX api_token_account ON api_token (account_id);
COMMENT ON TABLE api_token IS 'tokens of programs; only the SHA-256 of a token is kept';

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
