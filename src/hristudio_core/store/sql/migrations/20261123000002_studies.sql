-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

CREATE TABLE study (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (name <> ''),
  description text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  archived_at timestamptz
);

CREATE TABLE study_member (
  study_id uuid NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'researcher', 'wizard', 'observer')),
  since timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (study_id, account_id)
);
CREATE INDEX study_member_account ON study_member (account_id);

CREATE TABLE protocol (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (name <> ''),
  title text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX protocol_name ON protocol (name);

CREATE TABLE protocol_version (
  id uuid PRIMARY KEY,
  protocol_id uuid NOT NULL REFERENCES protocol (id),
  version text NOT NULL,
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  canonical text NOT NULL,
  source text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX protocol_version_digest ON protocol_version (digest);
CREATE INDEX protocol_version_protocol ON protocol_version (protocol_id, created_at);
COMMENT ON TABLE protocol_version IS 'frozen protocols: what a digest stands for never changes';
COMMENT ON COLUMN protocol_version.canonical IS 'the text whose SHA-256 is the digest';
COMMENT ON COLUMN protocol_version.source IS 'the file as it was written';

CREATE TRIGGER protocol_version_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON protocol_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE protocol_version ENABLE ALWAYS TRIGGER protocol_version_append_only;

CREATE TABLE experiment (
  id uuid PRIMARY KEY,
  study_id uuid NOT NULL REFERENCES study (id) ON DELETE CASCADE,
  name text NOT NULL CHECK (name <> ''),
  protocol_id uuid REFERENCES protocol (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  archived_at timestamptz
);
CREATE INDEX experiment_study ON experiment (study_id);
CREATE INDEX experiment_protocol ON experiment (protocol_id);

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
