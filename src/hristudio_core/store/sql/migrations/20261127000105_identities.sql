-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

CREATE TABLE identity (
  issuer text NOT NULL CHECK (issuer <> ''),
  subject text NOT NULL CHECK (subject <> ''),
  account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  email text NOT NULL,
  linked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_account ON identity (account_id);
COMMENT ON TABLE identity IS 'accounts elsewhere (OpenID Connect, GitHub) by which people sign in';
COMMENT ON COLUMN identity.subject IS 'the issuer''s own id of the person: addresses change hands';

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
