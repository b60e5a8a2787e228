-- name: record
INSERT INTO audit (account_id, action, object, detail, address)
VALUES (%(account_id)s, %(action)s, %(object)s, %(detail)s, %(address)s)
RETURNING id, at, account_id, action, object, detail, address;

-- name: take_turn
SELECT pg_advisory_xact_lock(hashtextextended(%(action)s || ' ' || %(object)s, 0));

-- name: record_once
INSERT INTO audit (account_id, action, object, detail, address)
SELECT %(account_id)s::uuid, %(action)s, %(object)s, %(detail)s, %(address)s
WHERE NOT EXISTS (
  SELECT FROM audit
  WHERE object = %(object)s AND action = %(action)s AND id > %(after)s
    AND (%(within)s::interval IS NULL OR at > now() - %(within)s::interval)
)
RETURNING id, at, account_id, action, object, detail, address;

-- name: lately
-- So many of each action: a flood of one hides none of the others.
SELECT found.id, found.at, found.account_id, found.action, found.object, found.detail, found.address
FROM unnest(%(actions)s::text[]) AS wanted (action)
CROSS JOIN LATERAL (
  SELECT * FROM audit
  WHERE audit.action = wanted.action AND audit.at > now() - %(within)s::interval
  ORDER BY audit.at DESC, audit.id DESC
  LIMIT %(limit)s
) AS found
ORDER BY found.id;

-- name: page
SELECT id, at, account_id, action, object, detail, address
FROM audit
WHERE (%(account_id)s::uuid IS NULL OR account_id = %(account_id)s)
  AND (%(object)s::text IS NULL OR object = %(object)s)
  AND (%(action)s::text IS NULL OR starts_with(action, %(action)s))
  AND (%(address)s::text IS NULL OR address = %(address)s)
  AND (%(before)s::bigint IS NULL OR id < %(before)s)
ORDER BY id DESC
LIMIT %(limit)s;

-- name: counts
SELECT object, count(*) FROM audit
WHERE action = %(action)s AND at > now() - %(within)s::interval
GROUP BY object;
