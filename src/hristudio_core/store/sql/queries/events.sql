-- name: position
SELECT row, hash FROM journal_position WHERE journal_id = %(journal)s;

-- name: move
-- From the beginning is always allowed: that is how a journal starts anew when positions do not fit.
INSERT INTO journal_position AS known (journal_id, row, hash)
SELECT %(journal)s, %(row)s, %(hash)s
WHERE %(after_row)s = 0 OR EXISTS (SELECT FROM journal_position WHERE journal_id = %(journal)s)
ON CONFLICT (journal_id) DO UPDATE
  SET row = excluded.row, hash = excluded.hash, moved_at = now()
  WHERE %(after_row)s = 0 OR (known.row = %(after_row)s AND known.hash = %(after_hash)s)
RETURNING row;

-- name: stage
-- Lives as long as the server's connection, and is empty at the start of each transaction. Behind a pooler
-- the next transaction may find another connection, so each one asks for it.
CREATE TEMP TABLE IF NOT EXISTS event_stage_1 (
  trial_id uuid, seq bigint, wall_ns bigint, monotonic_ns bigint, ros_ns bigint,
  shown_ns bigint, acted_ns bigint, offset_ns bigint, offset_error_ns bigint,
  id uuid, caused_by uuid, kind text, actor text, source text, step text, path text, host text,
  hash bytea, payload_text text, payload_clean text
) ON COMMIT DELETE ROWS;

-- name: copy
COPY pg_temp.event_stage_1 FROM STDIN;

-- name: add_trials
-- A trial that was asked for in a study and an experiment belongs to them; any other to the Lab bench.
INSERT INTO trial (id, host, first_at, study_id, experiment_id)
SELECT staged.trial_id, min(host), to_timestamp(min(wall_ns) / 1e9),
       coalesce((SELECT study_id FROM trial_start WHERE trial_start.trial_id = staged.trial_id),
                '00000000-0000-7000-8000-000000000001'),
       (SELECT experiment_id FROM trial_start WHERE trial_start.trial_id = staged.trial_id)
FROM pg_temp.event_stage_1 AS staged
GROUP BY staged.trial_id
ORDER BY staged.trial_id
ON CONFLICT (id) DO NOTHING;

-- name: add_events
WITH added AS (
  INSERT INTO trial_event (
    trial_id, seq, wall_ns, monotonic_ns, ros_ns, shown_ns, acted_ns, offset_ns, offset_error_ns,
    id, caused_by, kind, actor, source, step, path, host, hash, payload, payload_text)
  SELECT
    trial_id, seq, wall_ns, monotonic_ns, ros_ns, shown_ns, acted_ns, offset_ns, offset_error_ns,
    id, caused_by, kind, actor, source, step, path, host, hash,
    coalesce(payload_clean, payload_text)::jsonb, payload_text
  FROM pg_temp.event_stage_1
  ON CONFLICT (trial_id, seq) DO NOTHING
  RETURNING trial_id, seq, hash
), sums AS (
  SELECT trial_id, count(*) AS events, max(seq) AS last_seq, (array_agg(hash ORDER BY seq DESC))[1] AS last_hash
  FROM added
  GROUP BY trial_id
)
UPDATE trial
SET event_count = event_count + sums.events,
    head_seq = greatest(head_seq, sums.last_seq),
    head_hash = CASE WHEN sums.last_seq > head_seq THEN encode(sums.last_hash, 'hex') ELSE head_hash END
FROM sums
WHERE trial.id = sums.trial_id
RETURNING sums.events;

-- name: conflicts
SELECT staged.trial_id, staged.seq
FROM pg_temp.event_stage_1 AS staged
JOIN trial_event AS stored USING (trial_id, seq)
WHERE stored.hash <> staged.hash;

-- name: keep_conflict
INSERT INTO trial_event_conflict (trial_id, seq, hash, entry)
VALUES (%(trial_id)s, %(seq)s, decode(%(hash)s, 'hex'), %(entry)s)
ON CONFLICT DO NOTHING;

-- name: begin_trials
UPDATE trial
SET protocol = coalesce(event.payload ->> 'protocol', ''),
    version = coalesce(event.payload ->> 'version', ''),
    digest = coalesce(event.payload ->> 'digest', ''),
    -- Two studies may have the same text: the trial's own comes first.
    protocol_version_id = (
      SELECT known.id FROM protocol_version AS known JOIN protocol ON protocol.id = known.protocol_id
      WHERE known.digest = event.payload ->> 'digest'
      ORDER BY protocol.study_id = trial.study_id DESC, known.created_at, known.id
      LIMIT 1
    ),
    participant = coalesce(event.payload ->> 'participant', ''),
    condition = coalesce(event.payload ->> 'condition', ''),
    mode = coalesce(event.payload ->> 'mode', ''),
    seed = CASE
      WHEN jsonb_typeof(event.payload -> 'seed') = 'number'
        AND (event.payload ->> 'seed')::numeric BETWEEN 0 AND 18446744073709551615
      THEN (event.payload ->> 'seed')::numeric
    END,
    parameters = CASE
      WHEN jsonb_typeof(event.payload -> 'parameters') = 'object' THEN event.payload -> 'parameters' ELSE '{}'
    END,
    robot = coalesce(event.payload ->> 'robot', ''),
    host = event.host,
    started_at = to_timestamp(event.wall_ns / 1e9)
FROM pg_temp.event_stage_1 AS staged
JOIN trial_event AS event USING (trial_id, seq, hash)
WHERE trial.id = event.trial_id AND staged.kind = 'trial.started';

-- name: end_trials
UPDATE trial
SET outcome = coalesce(event.payload ->> 'outcome', ''),
    reason = coalesce(event.payload ->> 'reason', ''),
    ended_at = to_timestamp(event.wall_ns / 1e9)
FROM pg_temp.event_stage_1 AS staged
JOIN trial_event AS event USING (trial_id, seq, hash)
WHERE trial.id = event.trial_id AND staged.kind = 'trial.ended';
