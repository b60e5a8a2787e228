-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

CREATE TABLE participant (
  id uuid PRIMARY KEY,
  study_id uuid NOT NULL REFERENCES study (id),
  code text NOT NULL CHECK (code <> ''),
  condition text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  archived_at timestamptz,
  erased_at timestamptz
);
-- Byte order: the same on every server, and the order in which pages follow each other.
CREATE UNIQUE INDEX participant_code ON participant (study_id, lower(code) COLLATE "C");
CREATE INDEX participant_newest ON participant (study_id, created_at DESC, id DESC);
CREATE INDEX participant_condition ON participant (study_id, condition);
COMMENT ON TABLE participant IS 'who takes part in a study, by a code that trials name: nothing that tells who it is';
COMMENT ON COLUMN participant.code IS 'never changes, since trials and exports name it';
COMMENT ON COLUMN participant.erased_at IS 'since when the personal data are gone for good';

CREATE TABLE participant_person (
  participant_id uuid PRIMARY KEY REFERENCES participant (id),
  sealed text NOT NULL CHECK (sealed <> ''),
  changed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE participant_person IS 'who a participant is; erasing deletes the row';
COMMENT ON COLUMN participant_person.sealed IS 'encrypted with a key that is not in this database';

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
