-- name: lock
-- Held until the connection ends, however it ends.
SELECT pg_try_advisory_lock(hashtext('hristudio maintenance'));

-- name: tables
-- Whose owner a role is, or whose database it owns, it may vacuum and analyse; a superuser may everything.
SELECT c.relname, pg_total_relation_size(c.oid)::bigint, coalesce(s.n_dead_tup, 0)::bigint,
       pg_has_role(c.relowner, 'USAGE') OR pg_has_role(d.datdba, 'USAGE')
FROM pg_class c
JOIN pg_database d ON d.datname = current_database()
LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
ORDER BY c.relname;

-- name: known_trials
SELECT id::text FROM trial WHERE id = ANY (%(ids)s::uuid[]);

-- name: announced
-- For each recording the newest link by which it was to be stored.
SELECT DISTINCT ON (object, detail ->> 'name')
  replace(object, 'trial:', ''), detail ->> 'name', at
FROM audit
WHERE action = 'recording.stored' AND object LIKE 'trial:%%' AND detail ->> 'name' IS NOT NULL
  AND at < %(before)s
ORDER BY object, detail ->> 'name', at DESC;
