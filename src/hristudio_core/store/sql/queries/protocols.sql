-- name: add_protocol
-- Holds the row until the version is in, so that two who store at once count one after the other.
INSERT INTO protocol (id, study_id, name, title) VALUES (%(id)s, %(study)s, %(name)s, %(title)s)
ON CONFLICT (study_id, name) DO UPDATE SET title = excluded.title
RETURNING id;

-- name: add_version
INSERT INTO protocol_version (id, protocol_id, number, version, digest, canonical, source, author)
SELECT %(id)s, %(protocol_id)s, coalesce(max(number), 0) + 1, %(version)s, %(digest)s, %(canonical)s, %(source)s,
       %(author)s
FROM protocol_version WHERE protocol_id = %(protocol_id)s
ON CONFLICT (digest, protocol_id) DO NOTHING;

-- name: known
SELECT EXISTS (SELECT FROM protocol_version WHERE digest = %(digest)s);

-- name: by_digest
SELECT version.id, protocol.study_id, protocol.name, number, version, digest, author, version.created_at,
       canonical, source
FROM protocol_version AS version JOIN protocol ON protocol.id = version.protocol_id
WHERE protocol.study_id = %(study)s AND protocol.name = %(name)s AND digest = %(digest)s;

-- name: by_number
SELECT version.id, protocol.study_id, protocol.name, number, version, digest, author, version.created_at,
       canonical, source
FROM protocol_version AS version JOIN protocol ON protocol.id = version.protocol_id
WHERE protocol.study_id = %(study)s AND protocol.name = %(name)s AND number = %(number)s;

-- name: newest
SELECT newest.id, protocol.study_id, protocol.name, newest.number, newest.version, newest.digest, newest.author,
       newest.created_at, newest.canonical, newest.source
FROM protocol CROSS JOIN LATERAL
     (SELECT * FROM protocol_version WHERE protocol_id = protocol.id ORDER BY number DESC LIMIT 1) AS newest
WHERE study_id = %(study)s AND archived_at IS NULL
ORDER BY name COLLATE "C";

-- name: history
SELECT number, version, digest, author, version.created_at
FROM protocol_version AS version JOIN protocol ON protocol.id = version.protocol_id
WHERE protocol.study_id = %(study)s AND protocol.name = %(name)s
ORDER BY number DESC;

-- name: get
SELECT protocol.id, study_id, name, title, protocol.created_at, archived_at,
       newest.number, newest.version, newest.digest, newest.created_at AS changed_at
FROM protocol CROSS JOIN LATERAL
     (SELECT * FROM protocol_version WHERE protocol_id = protocol.id ORDER BY number DESC LIMIT 1) AS newest
WHERE study_id = %(study)s AND name = %(name)s;

-- name: page
SELECT protocol.id, study_id, name, title, protocol.created_at, archived_at,
       newest.number, newest.version, newest.digest, newest.created_at AS changed_at
FROM protocol CROSS JOIN LATERAL
     (SELECT * FROM protocol_version WHERE protocol_id = protocol.id ORDER BY number DESC LIMIT 1) AS newest
WHERE study_id = %(study)s
  AND (archived_at IS NOT NULL) = %(archived)s
  AND position(lower(%(words)s) IN lower(name || ' ' || title)) > 0
  AND name COLLATE "C" > %(after)s
ORDER BY name COLLATE "C"
LIMIT %(limit)s;

-- name: set_archived
UPDATE protocol SET archived_at = CASE WHEN %(archived)s THEN coalesce(archived_at, now()) END
WHERE study_id = %(study)s AND name = %(name)s;
