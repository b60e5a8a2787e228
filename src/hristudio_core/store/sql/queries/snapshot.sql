-- name: export
SELECT pg_export_snapshot();

-- name: schema
SELECT coalesce(max(version), '') FROM schema_migrations;

-- name: heads
SELECT id::text, event_count, head_seq, head_hash FROM trial ORDER BY id;

-- name: counts
SELECT (SELECT count(*) FROM account) AS account,
       (SELECT count(*) FROM study) AS study,
       (SELECT count(*) FROM trial) AS trial,
       (SELECT count(*) FROM trial_event) AS trial_event,
       (SELECT count(*) FROM protocol_version) AS protocol_version,
       (SELECT count(*) FROM audit) AS audit;

-- name: in_use
SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname = 'trial');

-- name: holds_data
SELECT EXISTS (SELECT FROM trial) OR EXISTS (SELECT FROM account);

-- name: clear
-- Everything of ours goes, also what a newer schema has and the dump knows nothing of; what is an extension's stays.
-- All is listed before anything goes, and what went with another is no error.
DO $$
DECLARE
  statement text;
  strange text;
BEGIN
  SELECT string_agg(c.oid::regclass::text, ', ') INTO strange
  FROM pg_class c
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT pg_has_role(relowner, 'USAGE')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e');
  IF strange IS NOT NULL THEN
    RAISE EXCEPTION 'another role''s would go, too: move it to another schema first: %', strange;
  END IF;
  FOREACH statement IN ARRAY (
    SELECT coalesce(array_agg(text ORDER BY rank), '{}') FROM (
      SELECT 1 AS rank, c.oid, format(
        'DROP %s IF EXISTS %s CASCADE',
        CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
        c.oid::regclass) AS text
      FROM pg_class c
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
      UNION ALL
      SELECT 2, p.oid, format(
        'DROP %s IF EXISTS %s CASCADE',
        CASE prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END,
        p.oid::regprocedure)
      FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
      UNION ALL
      SELECT 3, t.oid, format('DROP %s IF EXISTS %s CASCADE', CASE typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, t.oid::regtype)
      FROM pg_type t WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r')
    ) AS found
    WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = found.oid AND d.deptype IN ('e', 'i'))
  ) LOOP
    EXECUTE statement;
  END LOOP;
END
$$;
