-- name: create
INSERT INTO account (id, email, name, role) VALUES (%(id)s, %(email)s, %(name)s, %(role)s)
RETURNING id, email, name, role, created_at, disabled_at, memberships_of(id) AS memberships,
       EXISTS (SELECT FROM second_factor WHERE account_id = account.id) AS second_factor;

-- name: get
SELECT id, email, name, role, created_at, disabled_at, memberships_of(id) AS memberships,
       EXISTS (SELECT FROM second_factor WHERE account_id = account.id) AS second_factor
FROM account WHERE id = %(id)s;

-- name: find
SELECT id, email, name, role, created_at, disabled_at, memberships_of(id) AS memberships,
       EXISTS (SELECT FROM second_factor WHERE account_id = account.id) AS second_factor
FROM account WHERE email = %(email)s;

-- name: all
SELECT id, email, name, role, created_at, disabled_at, memberships_of(id) AS memberships,
       EXISTS (SELECT FROM second_factor WHERE account_id = account.id) AS second_factor
FROM account ORDER BY email;

-- name: change
UPDATE account
SET name = coalesce(%(name)s, name),
    role = coalesce(%(role)s, role),
    disabled_at = CASE WHEN %(disabled)s::boolean THEN coalesce(disabled_at, now())
                       WHEN NOT %(disabled)s THEN NULL ELSE disabled_at END
WHERE id = %(id)s
RETURNING id, email, name, role, created_at, disabled_at, memberships_of(id) AS memberships,
       EXISTS (SELECT FROM second_factor WHERE account_id = account.id) AS second_factor;

-- name: join
INSERT INTO study_member AS known (study_id, account_id, role)
SELECT study.id, account.id, %(role)s
FROM study, account
WHERE study.id = %(study_id)s AND account.id = %(id)s
ON CONFLICT (study_id, account_id) DO UPDATE SET role = excluded.role
RETURNING account_id;

-- name: leave
DELETE FROM study_member WHERE study_id = %(study_id)s AND account_id = %(id)s;

-- name: add_link
INSERT INTO sign_in_link (token_hash, account_id, expires_at)
SELECT %(token_hash)s, id, now() + %(ttl)s::interval FROM account WHERE id = %(account_id)s
RETURNING account_id;

-- name: use_link
UPDATE sign_in_link AS link
SET used_at = now()
FROM account
WHERE link.token_hash = %(token_hash)s AND link.used_at IS NULL AND link.expires_at > now()
  AND account.id = link.account_id AND account.disabled_at IS NULL
RETURNING account.id, email, name, role, account.created_at, disabled_at, memberships_of(account.id),
          EXISTS (SELECT FROM second_factor WHERE account_id = account.id);

-- name: void_links
UPDATE sign_in_link SET used_at = now() WHERE account_id = %(account_id)s AND used_at IS NULL;

-- name: open_session
INSERT INTO session (token_hash, account_id, expires_at, agent)
SELECT %(token_hash)s, id, now() + %(ttl)s::interval, %(agent)s
FROM account WHERE id = %(account_id)s AND disabled_at IS NULL
RETURNING account_id;

-- name: by_session
SELECT account.id, email, name, role, account.created_at, disabled_at, memberships_of(account.id),
       EXISTS (SELECT FROM second_factor WHERE account_id = account.id), session.last_seen_at < now() - interval '1 minute' AS stale
FROM session JOIN account ON account.id = session.account_id
WHERE session.token_hash = %(token_hash)s AND session.expires_at > now() AND disabled_at IS NULL
  AND session.last_seen_at > now() - %(idle)s::interval;

-- name: touch_session
UPDATE session SET last_seen_at = now() WHERE token_hash = %(token_hash)s;

-- name: close_session
DELETE FROM session WHERE token_hash = %(token_hash)s;

-- name: close_sessions
DELETE FROM session WHERE account_id = %(account_id)s;

-- name: sessions_of
SELECT encode(token_hash, 'hex') AS id, created_at, last_seen_at, expires_at, agent
FROM session WHERE account_id = %(account_id)s AND expires_at > now() ORDER BY last_seen_at DESC;

-- name: end_session
DELETE FROM session WHERE account_id = %(account_id)s AND token_hash = %(token_hash)s;

-- name: count_expired
SELECT (SELECT count(*) FROM sign_in_link WHERE expires_at < now()),
       (SELECT count(*) FROM session WHERE expires_at < now() OR last_seen_at < now() - %(idle)s::interval),
       (SELECT count(*) FROM api_token WHERE expires_at < now() - %(spent)s::interval);

-- name: forget_expired
WITH links AS (DELETE FROM sign_in_link WHERE expires_at < now() RETURNING 1),
     sessions AS (DELETE FROM session WHERE expires_at < now() OR last_seen_at < now() - %(idle)s::interval RETURNING 1),
     tokens AS (DELETE FROM api_token WHERE expires_at < now() - %(spent)s::interval RETURNING 1)
SELECT (SELECT count(*) FROM links), (SELECT count(*) FROM sessions), (SELECT count(*) FROM tokens);
