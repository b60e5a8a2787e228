-- name: trials_started
SELECT study_id::text, coalesce(experiment_id::text, ''), mode, count(*)::int
FROM trial
WHERE started_at IS NOT NULL
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;

-- name: active_people
SELECT count(DISTINCT account_id)
FROM session
WHERE expires_at > now() AND last_seen_at > now() - %(within)s::interval;
