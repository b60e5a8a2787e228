-- name: set
INSERT INTO credential (account_id, password_hash)
SELECT id, %(password_hash)s FROM account WHERE id = %(account_id)s
ON CONFLICT (account_id) DO UPDATE
SET password_hash = excluded.password_hash, changed_at = now(), failures = 0, locked_until = NULL
RETURNING account_id;

-- name: of
SELECT password_hash, changed_at, failures, locked_until FROM credential WHERE account_id = %(account_id)s;

-- name: locked
SELECT account_id FROM credential WHERE locked_until > now();

-- name: failed
-- After the first few each further failure doubles the wait, up to a quarter of an hour.
UPDATE credential
SET failures = failures + 1,
    locked_until = CASE WHEN failures + 1 >= %(free)s
      THEN now() + make_interval(secs => least(power(2, least(failures + 1 - %(free)s, 20)), %(longest_s)s)) END
WHERE account_id = %(account_id)s;

-- name: succeeded
UPDATE credential SET failures = 0, locked_until = NULL WHERE account_id = %(account_id)s AND failures > 0;

-- name: remove
DELETE FROM credential WHERE account_id = %(account_id)s;
