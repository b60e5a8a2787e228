-- name: record
INSERT INTO audit (account_id, action, object, detail, address)
VALUES (%(account_id)s, %(action)s, %(object)s, %(detail)s, %(address)s)
RETURNING id, at, account_id, action, object, detail, address;

-- name: page
SELECT id, at, account_id, action, object, detail, address
FROM audit
WHERE (%(account_id)s::uuid IS NULL OR account_id = %(account_id)s)
  AND (%(object)s::text IS NULL OR object = %(object)s)
  AND (%(before)s::bigint IS NULL OR id < %(before)s)
ORDER BY id DESC
LIMIT %(limit)s;
