-- migrate:up
SET LOCAL lock_timeout = '5s';
SET LOCAL statement_timeout = '10min';

INSERT INTO study (id, name, description)
VALUES ('00000000-0000-7000-8000-000000000001', 'Lab bench', 'Trials of no study: trying out, teaching, testing');

-- Nobody loses a right: what somebody was everywhere they are now where all trials are.
INSERT INTO study_member (study_id, account_id, role)
SELECT '00000000-0000-7000-8000-000000000001', id, role FROM account WHERE role <> 'administrator';

-- The program that this schema is for knows no other roles.
-- squawk-ignore ban-drop-constraint
ALTER TABLE account DROP CONSTRAINT account_role_check;
UPDATE account SET role = 'member' WHERE role <> 'administrator';
ALTER TABLE account ADD CONSTRAINT account_role_check CHECK (role IN ('administrator', 'member')) NOT VALID;
COMMENT ON COLUMN account.role IS 'what the person is to the whole installation; what they are in a study is study_member''s';

ALTER TABLE trial ADD COLUMN study_id uuid NOT NULL DEFAULT '00000000-0000-7000-8000-000000000001';
ALTER TABLE trial ADD CONSTRAINT trial_study_id_fkey FOREIGN KEY (study_id) REFERENCES study (id) NOT VALID;
-- A table of trials is small, and who stores one waits gladly.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX trial_study ON trial (study_id, first_at DESC, id DESC);

CREATE FUNCTION memberships_of(account uuid) RETURNS jsonb
  LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_object_agg(study_id, role), '{}') FROM study_member WHERE account_id = account
$$;

-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'there is no way back from a migration: restore a backup'; END $$;
