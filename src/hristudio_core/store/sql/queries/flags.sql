-- name: all
SELECT name, state, studies::text[], roles, share FROM feature_flag;

-- name: take_turn
-- One change of a flag after another: each says truly what was before it. A flag that nobody has set has no row to lock.
SELECT pg_advisory_xact_lock(hashtextextended('feature_flag ' || %(name)s, 0));

-- name: of
SELECT state, studies::text[], roles, share FROM feature_flag WHERE name = %(name)s;

-- name: set
INSERT INTO feature_flag AS known (name, state, studies, roles, share)
VALUES (%(name)s, %(state)s, %(studies)s::uuid[], %(roles)s, %(share)s)
ON CONFLICT (name) DO UPDATE
SET state = excluded.state, studies = excluded.studies, roles = excluded.roles, share = excluded.share, set_at = now();

-- name: clear
DELETE FROM feature_flag WHERE name = %(name)s;
