-- name: lines
-- What a schema is made of, one line a thing, worded alike by every supported version of PostgreSQL.
SELECT line FROM (
  SELECT format('column %%s.%%s %%s%%s%%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
                CASE WHEN a.attidentity <> '' THEN ' identity'
                     WHEN d.adbin IS NOT NULL THEN ' default ' || pg_get_expr(d.adbin, d.adrelid) ELSE '' END) AS line
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'v', 'p') AND c.relnamespace = 'public'::regnamespace
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'schema_migrations'
  UNION ALL
  SELECT format('constraint %%s %%s', con.conrelid::regclass, pg_get_constraintdef(con.oid))
  FROM pg_constraint con
  WHERE con.connamespace = 'public'::regnamespace AND con.contype IN ('c', 'f', 'p', 'u')
    AND con.conrelid::regclass::text <> 'schema_migrations'
  UNION ALL
  SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'schema_migrations'
  UNION ALL
  SELECT format('trigger %%s %%s', pg_get_triggerdef(t.oid), CASE t.tgenabled WHEN 'A' THEN 'always' ELSE 'weaker' END)
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace
  UNION ALL
  SELECT format('function %%s %%s', p.oid::regprocedure, md5(p.prosrc))
  FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e')
) AS found
ORDER BY line COLLATE "C";

-- name: versions
SELECT version FROM schema_migrations ORDER BY version;

-- name: has_versions
SELECT to_regclass('schema_migrations') IS NOT NULL;

-- name: too_much
-- What the program's own role may do to append-only tables though it should not.
SELECT format('%%s may %%s %%s', rolname, privilege, name)
FROM pg_roles, unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS privilege,
     unnest(ARRAY['trial_event', 'trial_event_conflict', 'audit', 'protocol_version']) AS name
WHERE rolname = 'hristudio_app' AND to_regclass(name) IS NOT NULL AND has_table_privilege(rolname, name, privilege);

-- name: lock
-- One program at a time brings the schema up to date.
SELECT pg_advisory_lock(hashtext('hristudio migrate'));
