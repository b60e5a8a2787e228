-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

CREATE FUNCTION refuse_change() RETURNS trigger
  LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TABLE account (
  id uuid PRIMARY KEY,
  email text NOT NULL,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('administrator', 'researcher', 'wizard', 'observer')),
  created_at timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz,
  CHECK (email = lower(email) AND email LIKE '%_@_%')
);
CREATE UNIQUE INDEX account_email ON account (email);
COMMENT ON COLUMN account.role IS 'what the person is to the whole installation; rights in a study are study_member''s';

CREATE TABLE sign_in_link (
  token_hash bytea PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX sign_in_link_account ON sign_in_link (account_id);
COMMENT ON TABLE sign_in_link IS 'one-time links; only the SHA-256 of a token is kept';

CREATE TABLE session (
  token_hash bytea PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  agent text NOT NULL DEFAULT ''
);
CREATE INDEX session_account ON session (account_id);
COMMENT ON TABLE session IS 'signed-in browsers; only the SHA-256 of a token is kept';

CREATE TABLE audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT now(),
  account_id uuid,
  action text NOT NULL,
  object text NOT NULL DEFAULT '',
  detail jsonb NOT NULL DEFAULT '{}',
  address text NOT NULL DEFAULT ''
);
CREATE INDEX audit_object ON audit (object, id);
CREATE INDEX audit_account ON audit (account_id, id);
COMMENT ON TABLE audit IS 'who did what; no reference to account, so that it outlives it';

CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_append_only;

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
