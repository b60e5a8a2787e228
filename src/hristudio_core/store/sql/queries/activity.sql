-- name: limits
SELECT current_setting('max_connections')::int,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
       (SELECT count(*) FROM pg_stat_activity
        WHERE usename IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend')::int,
       current_user::text;

-- name: connections
-- What another role does is hidden from us: its state and kind are then null.
SELECT pid, usename::text, coalesce(application_name, ''), coalesce(host(client_addr), ''), coalesce(state, ''),
       coalesce(extract(epoch FROM clock_timestamp() - state_change), 0)::float8,
       coalesce(extract(epoch FROM clock_timestamp() - xact_start), 0)::float8,
       coalesce(wait_event_type = 'Lock', false)
FROM pg_stat_activity
WHERE datname = current_database() AND usename IS NOT NULL AND pid <> pg_backend_pid()
  AND coalesce(backend_type, 'client backend') = 'client backend' AND application_name IS DISTINCT FROM %(us)s
ORDER BY state NULLS LAST, state_change;

-- name: end_idle
-- Looked at again in the same statement: one that works by now is left alone.
SELECT pid, pg_terminate_backend(pid)
FROM pg_stat_activity
WHERE pid = ANY (%(pids)s) AND state IN ('idle', 'idle in transaction', 'idle in transaction (aborted)')
  AND usename = current_user AND datname = current_database()
  AND extract(epoch FROM clock_timestamp() - state_change) >= %(older_s)s;

-- name: patience
SELECT set_config('statement_timeout', %(patience)s, true);

-- name: size
SELECT current_setting('server_version'), pg_database_size(current_database())::bigint;

-- name: tables
SELECT relname::text, pg_total_relation_size(oid)::bigint, reltuples::bigint
FROM pg_class
WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
ORDER BY pg_total_relation_size(oid) DESC, relname;

-- name: people
SELECT name FROM account UNION SELECT email FROM account UNION SELECT code FROM participant
UNION SELECT DISTINCT participant FROM trial;
