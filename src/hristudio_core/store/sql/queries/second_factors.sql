-- name: set
INSERT INTO second_factor (account_id, sealed_secret, last_step)
SELECT id, %(sealed_secret)s, %(step)s FROM account WHERE id = %(account_id)s
ON CONFLICT (account_id) DO UPDATE
SET sealed_secret = excluded.sealed_secret, last_step = excluded.last_step, set_at = now(),
    failures = 0, locked_until = NULL
RETURNING account_id;

-- name: of
SELECT sealed_secret, set_at, last_step, failures, locked_until,
       (SELECT count(*) FROM recovery_code AS code WHERE code.account_id = factor.account_id AND used_at IS NULL)
FROM second_factor AS factor WHERE account_id = %(account_id)s;

-- name: holders
SELECT account_id FROM second_factor;

-- name: accept
-- Of two who bring the same code at once, one is let in.
UPDATE second_factor SET last_step = %(step)s, failures = 0, locked_until = NULL
WHERE account_id = %(account_id)s AND last_step < %(step)s
RETURNING account_id;

-- name: redeem
WITH used AS (
  UPDATE recovery_code SET used_at = now()
  WHERE account_id = %(account_id)s AND code_hash = %(code_hash)s AND used_at IS NULL
  RETURNING account_id
)
UPDATE second_factor AS factor SET failures = 0, locked_until = NULL
FROM used WHERE factor.account_id = used.account_id
RETURNING factor.account_id;

-- name: failed
-- After the first few each further failure doubles the wait, up to a quarter of an hour.
UPDATE second_factor
SET failures = failures + 1,
    locked_until = CASE WHEN failures + 1 >= %(free)s
      THEN now() + make_interval(secs => least(power(2, least(failures + 1 - %(free)s, 20)), %(longest_s)s)) END
WHERE account_id = %(account_id)s;

-- name: drop_codes
DELETE FROM recovery_code WHERE account_id = %(account_id)s;

-- name: add_codes
INSERT INTO recovery_code (account_id, code_hash)
SELECT account_id, unnest(%(hashes)s::bytea[]) FROM second_factor WHERE account_id = %(account_id)s
RETURNING account_id;

-- name: remove
DELETE FROM second_factor WHERE account_id = %(account_id)s;
