-- name: issue
INSERT INTO api_token (id, account_id, name, token_hash, permissions, expires_at)
SELECT %(id)s, id, %(name)s, %(token_hash)s, %(permissions)s, now() + %(ttl)s::interval
FROM account WHERE id = %(account_id)s AND disabled_at IS NULL
RETURNING id, name, permissions, created_at, expires_at, last_used_at;

-- name: use
WITH used AS (
  UPDATE api_token SET last_used_at = now()
  WHERE token_hash = %(token_hash)s AND expires_at > now() AND revoked_at IS NULL
    AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
)
SELECT account_id, permissions FROM api_token
WHERE token_hash = %(token_hash)s AND expires_at > now() AND revoked_at IS NULL;

-- name: spent
SELECT id, account_id, revoked_at IS NOT NULL FROM api_token WHERE token_hash = %(token_hash)s;

-- name: of
SELECT id, name, permissions, created_at, expires_at, last_used_at
FROM api_token WHERE account_id = %(account_id)s AND revoked_at IS NULL ORDER BY created_at;

-- name: revoke
-- It expires as well: a process of the release before, during an upgrade, knows no revoked ones.
UPDATE api_token SET revoked_at = now(), expires_at = least(expires_at, now())
WHERE account_id = %(account_id)s AND id = %(id)s AND revoked_at IS NULL
RETURNING id;
