-- name: create
INSERT INTO experiment (id, study_id, name)
SELECT %(id)s, study.id, %(name)s FROM study WHERE study.id = %(study_id)s
RETURNING id;

-- name: get
SELECT id, study_id, name, created_at, archived_at,
       (SELECT count(*) FROM trial WHERE experiment_id = experiment.id) AS trials
FROM experiment WHERE id = %(id)s;

-- name: of
SELECT id, study_id, name, created_at, archived_at,
       (SELECT count(*) FROM trial WHERE experiment_id = experiment.id) AS trials
FROM experiment WHERE study_id = ANY (%(studies)s::uuid[])
ORDER BY lower(name), id;

-- name: change
UPDATE experiment
SET name = coalesce(%(name)s, name),
    archived_at = CASE WHEN %(archived)s::boolean THEN coalesce(archived_at, now())
                       WHEN NOT %(archived)s THEN NULL ELSE archived_at END
WHERE id = %(id)s
RETURNING id;
