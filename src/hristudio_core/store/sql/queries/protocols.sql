-- name: by_digest
SELECT version.id, protocol.name, protocol.title, version, digest, canonical, source, version.created_at
FROM protocol_version AS version JOIN protocol ON protocol.id = version.protocol_id
WHERE digest = %(digest)s;

-- name: add_protocol
INSERT INTO protocol (id, name, title) VALUES (%(id)s, %(name)s, %(title)s)
ON CONFLICT (name) DO UPDATE SET title = excluded.title
RETURNING id;

-- name: add_version
INSERT INTO protocol_version (id, protocol_id, version, digest, canonical, source)
VALUES (%(id)s, %(protocol_id)s, %(version)s, %(digest)s, %(canonical)s, %(source)s)
ON CONFLICT (digest) DO NOTHING;

-- name: newest
SELECT DISTINCT ON (protocol.name)
       version.id, protocol.name, protocol.title, version, digest, canonical, source, version.created_at
FROM protocol_version AS version JOIN protocol ON protocol.id = version.protocol_id
ORDER BY protocol.name, version.created_at DESC, version.id DESC;

-- name: versions
SELECT version.id, protocol.name, protocol.title, version, digest, canonical, source, version.created_at
FROM protocol_version AS version JOIN protocol ON protocol.id = version.protocol_id
WHERE protocol.name = %(name)s
ORDER BY version.created_at DESC, version.id DESC;
