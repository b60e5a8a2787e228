-- name: page
SELECT id, protocol, version, digest, participant, condition, mode, seed, parameters, robot, host,
       first_at, started_at, ended_at, outcome, reason, event_count, head_seq, head_hash, study_id, experiment_id
FROM trial
WHERE (%(protocol)s::text IS NULL OR protocol = %(protocol)s)
  AND (%(participant)s::text IS NULL OR participant = %(participant)s)
  AND (%(mode)s::text IS NULL OR mode = %(mode)s)
  AND (%(outcome)s::text IS NULL OR outcome = %(outcome)s)
  AND (%(running)s::boolean IS NULL OR (ended_at IS NULL) = %(running)s)
  AND (%(studies)s::uuid[] IS NULL OR study_id = ANY (%(studies)s))
  AND (%(experiment_id)s::uuid IS NULL OR experiment_id = %(experiment_id)s)
  AND (%(before_at)s::timestamptz IS NULL OR (first_at, id) < (%(before_at)s, %(before_id)s::uuid))
ORDER BY first_at DESC, id DESC
LIMIT %(limit)s;

-- name: get
SELECT id, protocol, version, digest, participant, condition, mode, seed, parameters, robot, host,
       first_at, started_at, ended_at, outcome, reason, event_count, head_seq, head_hash, study_id, experiment_id
FROM trial
WHERE id = %(id)s;

-- name: events
SELECT id::text, trial_id::text, seq, kind, actor, source, step, path, coalesce(caused_by::text, ''),
       wall_ns, monotonic_ns, ros_ns,
       shown_ns, acted_ns, offset_ns, offset_error_ns, host, payload_text, encode(hash, 'hex')
FROM trial_event
WHERE trial_id = %(id)s AND seq >= %(from_seq)s
ORDER BY seq
LIMIT %(limit)s;

-- name: kinds
SELECT kind, count(*) FROM trial_event WHERE trial_id = %(id)s GROUP BY kind ORDER BY kind;

-- name: totals
SELECT count(*), count(*) FILTER (WHERE ended_at IS NULL), coalesce(sum(event_count), 0)::bigint FROM trial;

-- name: conflicts
SELECT seq FROM trial_event_conflict WHERE trial_id = %(id)s ORDER BY seq;

-- name: changed_payloads
-- The queryable payload must say what the hashed text says; texts with NUL are left to the hash.
SELECT seq FROM trial_event
WHERE trial_id = %(id)s AND position('\u0000' IN payload_text) = 0 AND payload <> payload_text::jsonb
ORDER BY seq;
