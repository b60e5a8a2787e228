-- name: has_trials
SELECT to_regclass('public.trial') IS NOT NULL;

-- name: trials
SELECT id::text, protocol, participant, host, started_at
FROM trial
WHERE started_at IS NOT NULL AND ended_at IS NULL AND first_at > now() - %(within)s::interval
ORDER BY started_at;

-- name: size
SELECT pg_database_size(current_database());
