-- name: current
SELECT starts_at, ends_at, message, by FROM maintenance_notice;

-- name: announce
INSERT INTO maintenance_notice AS known (starts_at, ends_at, message, by)
VALUES (%(starts_at)s, %(ends_at)s, %(message)s, %(by)s)
ON CONFLICT (only_one) DO UPDATE
SET starts_at = excluded.starts_at, ends_at = excluded.ends_at, message = excluded.message, by = excluded.by,
    set_at = now();

-- name: withdraw
DELETE FROM maintenance_notice RETURNING starts_at, ends_at, message, by;
