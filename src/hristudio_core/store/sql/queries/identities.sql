-- name: link
INSERT INTO identity (issuer, subject, account_id, email)
SELECT %(issuer)s, %(subject)s, id, %(email)s FROM account WHERE id = %(account_id)s
RETURNING account_id;

-- name: whose
SELECT account_id FROM identity WHERE issuer = %(issuer)s AND subject = %(subject)s;

-- name: of
SELECT issuer, subject, email, linked_at FROM identity WHERE account_id = %(account_id)s ORDER BY linked_at;

-- name: unlink
DELETE FROM identity
WHERE account_id = %(account_id)s AND issuer = %(issuer)s AND subject = %(subject)s
RETURNING account_id;
