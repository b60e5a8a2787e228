-- name: create
INSERT INTO planned_trial (id, study_id, planned_at, participant, protocol, digest, condition, mode, wizard_id, note,
                           experiment_id)
SELECT %(id)s, study.id, %(planned_at)s, %(participant)s, %(protocol)s, %(digest)s, %(condition)s, %(mode)s,
       %(wizard_id)s, %(note)s, %(experiment_id)s
FROM study WHERE study.id = %(study_id)s
RETURNING id;

-- name: get
SELECT id, study_id, study, planned_at, participant, protocol, digest, condition, mode, wizard_id, wizard, note,
       trial_id, kept, outcome, state, experiment_id, experiment
FROM plan WHERE id = %(id)s;

-- name: page
SELECT id, study_id, study, planned_at, participant, protocol, digest, condition, mode, wizard_id, wizard, note,
       trial_id, kept, outcome, state, experiment_id, experiment
FROM plan
WHERE (%(studies)s::uuid[] IS NULL OR study_id = ANY (%(studies)s::uuid[]))
  AND (%(wizard_id)s::uuid IS NULL OR wizard_id = %(wizard_id)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(until)s::timestamptz IS NULL OR planned_at < %(until)s)
  AND (%(archived)s OR NOT archived)
  AND position(lower(%(words)s) IN lower(participant || ' ' || protocol || ' ' || condition || ' ' || note)) > 0
  AND (%(after)s::uuid IS NULL OR (planned_at, id) >
       (SELECT last.planned_at, last.id FROM planned_trial AS last WHERE last.id = %(after)s::uuid))
ORDER BY planned_at, id
LIMIT %(limit)s;

-- name: lock
-- Two who start one plan at once must not both succeed.
SELECT id FROM planned_trial WHERE id = %(id)s FOR UPDATE;

-- name: state
SELECT state, kept FROM plan WHERE id = %(id)s;

-- name: change
UPDATE planned_trial
SET planned_at = %(planned_at)s, participant = %(participant)s, protocol = %(protocol)s, digest = %(digest)s,
    condition = %(condition)s, mode = %(mode)s, wizard_id = %(wizard_id)s, note = %(note)s,
    experiment_id = %(experiment_id)s
WHERE id = %(id)s;

-- name: cancel
UPDATE planned_trial SET cancelled_at = now() WHERE id = %(id)s;

-- name: reopen
UPDATE planned_trial SET cancelled_at = NULL WHERE id = %(id)s;

-- name: start
INSERT INTO trial_start (trial_id, study_id, plan_id, account_id, experiment_id)
SELECT %(trial_id)s, study_id, id, %(account_id)s, experiment_id FROM planned_trial WHERE id = %(id)s;

-- name: forget_start
DELETE FROM trial_start WHERE plan_id = %(id)s;

-- name: begin
INSERT INTO trial_start (trial_id, study_id, account_id, experiment_id)
VALUES (%(trial_id)s, %(study_id)s, %(account_id)s, %(experiment_id)s);

-- name: forget
DELETE FROM trial_start WHERE trial_id = %(trial_id)s AND plan_id IS NULL;

-- name: study_of
SELECT study_id::text FROM trial_start WHERE trial_id = %(trial_id)s;
