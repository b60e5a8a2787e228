-- name: create
INSERT INTO study (id, name, description) VALUES (%(id)s, %(name)s, %(description)s);

-- name: first_owner
INSERT INTO study_member (study_id, account_id, role)
SELECT %(id)s, id, 'owner' FROM account WHERE id = %(owner)s
RETURNING account_id;

-- name: get
SELECT id, name, description, created_at, archived_at,
       (SELECT count(*) FROM study_member WHERE study_id = study.id) AS members,
       (SELECT count(*) FROM trial WHERE study_id = study.id) AS trials
FROM study WHERE id = %(id)s;

-- name: by_name
SELECT id, name, description, created_at, archived_at,
       (SELECT count(*) FROM study_member WHERE study_id = study.id) AS members,
       (SELECT count(*) FROM trial WHERE study_id = study.id) AS trials
FROM study
WHERE (%(only)s::uuid[] IS NULL OR id = ANY(%(only)s::uuid[]))
  AND (archived_at IS NOT NULL) = %(archived)s
  AND position(lower(%(words)s) IN lower(name || ' ' || description)) > 0
  AND (%(after)s::uuid IS NULL
       OR (lower(name), id) > (SELECT lower(last.name), last.id FROM study AS last WHERE last.id = %(after)s::uuid))
ORDER BY lower(name), id
LIMIT %(limit)s;

-- name: newest
SELECT id, name, description, created_at, archived_at,
       (SELECT count(*) FROM study_member WHERE study_id = study.id) AS members,
       (SELECT count(*) FROM trial WHERE study_id = study.id) AS trials
FROM study
WHERE (%(only)s::uuid[] IS NULL OR id = ANY(%(only)s::uuid[]))
  AND (archived_at IS NOT NULL) = %(archived)s
  AND position(lower(%(words)s) IN lower(name || ' ' || description)) > 0
  AND (%(after)s::uuid IS NULL
       OR (created_at, id) < (SELECT last.created_at, last.id FROM study AS last WHERE last.id = %(after)s::uuid))
ORDER BY created_at DESC, id DESC
LIMIT %(limit)s;

-- name: change
UPDATE study
SET name = coalesce(%(name)s, name),
    description = coalesce(%(description)s, description),
    archived_at = CASE WHEN %(archived)s::boolean THEN coalesce(archived_at, now())
                       WHEN NOT %(archived)s THEN NULL ELSE archived_at END
WHERE id = %(id)s
RETURNING id;

-- name: team
SELECT account.id AS account_id, account.name, account.email, study_member.role,
       account.disabled_at IS NOT NULL AS disabled
FROM study_member JOIN account ON account.id = study_member.account_id
WHERE study_member.study_id = %(id)s
ORDER BY array_position(ARRAY['owner', 'researcher', 'wizard', 'observer'], study_member.role::text), account.email;

-- name: lock
-- Two owners who dismiss each other at once must not both succeed.
SELECT id FROM study WHERE id = %(id)s FOR UPDATE;

-- name: appoint
INSERT INTO study_member (study_id, account_id, role)
SELECT %(id)s, id, %(role)s FROM account WHERE id = %(account)s
ON CONFLICT (study_id, account_id) DO UPDATE SET role = excluded.role
RETURNING account_id;

-- name: dismiss
DELETE FROM study_member WHERE study_id = %(id)s AND account_id = %(account)s;

-- name: owned
SELECT %(id)s = %(bench)s::uuid
       OR EXISTS (SELECT FROM study_member WHERE study_id = %(id)s AND role = 'owner');
