-- name: add
-- A code that is taken gives no row: the caller sees that some are missing, and takes all back.
INSERT INTO participant (id, study_id, code, condition, consented_on, consent_form)
SELECT new.id, %(study)s, new.code, new.condition, new.consented_on, new.consent_form
FROM unnest(%(ids)s::uuid[], %(codes)s::text[], %(conditions)s::text[], %(days)s::date[], %(forms)s::text[])
  AS new (id, code, condition, consented_on, consent_form)
ON CONFLICT (study_id, lower(code) COLLATE "C") DO NOTHING
RETURNING code;

-- name: add_persons
INSERT INTO participant_person (participant_id, sealed)
SELECT * FROM unnest(%(ids)s::uuid[], %(sealed)s::text[]);

-- name: get
SELECT id, study_id, code, condition, created_at, archived_at, erased_at, consented_on, consent_form, withdrawn_at,
       (SELECT true FROM participant_person WHERE participant_id = participant.id) IS NOT NULL AS has_person,
       (SELECT count(*) FROM trial WHERE trial.participant = code AND trial.study_id = participant.study_id) AS trials
FROM participant
WHERE study_id = %(study)s AND id = %(id)s;

-- name: find
SELECT id, study_id, code, condition, created_at, archived_at, erased_at, consented_on, consent_form, withdrawn_at,
       (SELECT true FROM participant_person WHERE participant_id = participant.id) IS NOT NULL AS has_person,
       (SELECT count(*) FROM trial WHERE trial.participant = code AND trial.study_id = participant.study_id) AS trials
FROM participant
WHERE study_id = %(study)s AND lower(code) COLLATE "C" = lower(%(code)s) COLLATE "C";

-- name: record_consent
UPDATE participant SET consented_on = %(on)s, consent_form = %(form)s, withdrawn_at = NULL
WHERE study_id = %(study)s AND id = %(id)s;

-- name: withdraw
UPDATE participant SET withdrawn_at = coalesce(withdrawn_at, now()) WHERE study_id = %(study)s AND id = %(id)s;

-- name: by_code
SELECT id, study_id, code, condition, created_at, archived_at, erased_at, consented_on, consent_form, withdrawn_at,
       (SELECT true FROM participant_person WHERE participant_id = participant.id) IS NOT NULL AS has_person,
       (SELECT count(*) FROM trial WHERE trial.participant = code AND trial.study_id = participant.study_id) AS trials
FROM participant
WHERE study_id = %(study)s
  AND (%(archived)s::boolean IS NULL OR (archived_at IS NOT NULL) = %(archived)s)
  AND (%(condition)s::text IS NULL OR condition = %(condition)s)
  AND (%(consent)s::text IS NULL OR %(consent)s =
       CASE WHEN withdrawn_at IS NOT NULL THEN 'withdrawn' WHEN consented_on IS NULL THEN 'none' ELSE 'given' END)
  AND position(lower(%(words)s) IN lower(code)) > 0
  AND (%(after)s::uuid IS NULL OR lower(code) COLLATE "C" >
       (SELECT lower(last.code) COLLATE "C" FROM participant AS last
        WHERE last.id = %(after)s::uuid AND last.study_id = %(study)s))
ORDER BY lower(code) COLLATE "C"
LIMIT %(limit)s;

-- name: newest
SELECT id, study_id, code, condition, created_at, archived_at, erased_at, consented_on, consent_form, withdrawn_at,
       (SELECT true FROM participant_person WHERE participant_id = participant.id) IS NOT NULL AS has_person,
       (SELECT count(*) FROM trial WHERE trial.participant = code AND trial.study_id = participant.study_id) AS trials
FROM participant
WHERE study_id = %(study)s
  AND (%(archived)s::boolean IS NULL OR (archived_at IS NOT NULL) = %(archived)s)
  AND (%(condition)s::text IS NULL OR condition = %(condition)s)
  AND (%(consent)s::text IS NULL OR %(consent)s =
       CASE WHEN withdrawn_at IS NOT NULL THEN 'withdrawn' WHEN consented_on IS NULL THEN 'none' ELSE 'given' END)
  AND position(lower(%(words)s) IN lower(code)) > 0
  AND (%(after)s::uuid IS NULL OR (created_at, id) <
       (SELECT last.created_at, last.id FROM participant AS last
        WHERE last.id = %(after)s::uuid AND last.study_id = %(study)s))
ORDER BY created_at DESC, id DESC
LIMIT %(limit)s;

-- name: taken
SELECT wanted.code
FROM unnest(%(codes)s::text[]) AS wanted (code)
JOIN participant ON study_id = %(study)s AND lower(participant.code) COLLATE "C" = lower(wanted.code) COLLATE "C";

-- name: conditions
SELECT DISTINCT condition FROM participant WHERE study_id = %(study)s AND condition <> '' ORDER BY condition;

-- name: change
UPDATE participant
SET condition = coalesce(%(condition)s, condition),
    archived_at = CASE WHEN %(archived)s::boolean THEN coalesce(archived_at, now())
                       WHEN NOT %(archived)s THEN NULL ELSE archived_at END
WHERE study_id = %(study)s AND id = %(id)s;

-- name: person
SELECT sealed FROM participant_person JOIN participant ON participant.id = participant_id
WHERE study_id = %(study)s AND participant_id = %(id)s;

-- name: keep_person
-- The lock makes an erasure that is under way finish first: nothing comes back after it.
INSERT INTO participant_person (participant_id, sealed)
SELECT id, %(sealed)s FROM participant
WHERE study_id = %(study)s AND id = %(id)s AND erased_at IS NULL
FOR UPDATE
ON CONFLICT (participant_id) DO UPDATE SET sealed = excluded.sealed, changed_at = now()
RETURNING participant_id;

-- name: sealed_ends
-- A few milliseconds for ten thousand rows: it is asked by health checks alone, and needs no index.
WITH ends AS (
  (SELECT participant_id, sealed FROM participant_person ORDER BY changed_at, participant_id LIMIT 1)
  UNION
  (SELECT participant_id, sealed FROM participant_person ORDER BY changed_at DESC, participant_id DESC LIMIT 1)
)
SELECT study_id, code, sealed FROM ends JOIN participant ON participant.id = participant_id;

-- name: mark_erased
UPDATE participant SET erased_at = coalesce(erased_at, now())
WHERE study_id = %(study)s AND id = %(id)s
RETURNING id;

-- name: erase
DELETE FROM participant_person WHERE participant_id = %(id)s;
