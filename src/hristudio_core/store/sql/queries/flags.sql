-- name: all
SELECT name, state, studies::text[], roles, share FROM feature_flag;

-- name: set
INSERT INTO feature_flag AS known (name, state, studies, roles, share)
VALUES (%(name)s, %(state)s, %(studies)s::uuid[], %(roles)s, %(share)s)
ON CONFLICT (name) DO UPDATE
SET state = excluded.state, studies = excluded.studies, roles = excluded.roles, share = excluded.share, set_at = now();

-- name: clear
DELETE FROM feature_flag WHERE name = %(name)s;
