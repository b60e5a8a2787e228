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
