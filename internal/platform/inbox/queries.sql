-- name: Insert :execrows
INSERT INTO inbox_message (tenant_id, id, source, device, topic, form, body, urgent, unsure, note, once_key, received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT DO NOTHING;

-- name: ReleaseKey :execrows
UPDATE inbox_message SET once_key = ''
WHERE tenant_id = $1 AND device = $2 AND once_key = $3 AND once_key <> '';

-- name: Waiting :many
SELECT id, source, device, topic, form, body, urgent, unsure, note, received_at, decoded_at, replays, trouble, tries FROM inbox_message
WHERE tenant_id = $1 AND urgent = $2 AND decoded_at = 0 AND (again_at <= $3 OR again_at > $4)
ORDER BY id LIMIT $5;

-- name: PutOff :exec
UPDATE inbox_message SET tries = tries + 1, again_at = $3
WHERE tenant_id = $1 AND id = $2 AND decoded_at = 0;

-- name: MarkDecoded :execrows
UPDATE inbox_message SET decoded_at = $3, trouble = $4
WHERE tenant_id = $1 AND id = $2 AND decoded_at = 0;

-- name: Again :execrows
UPDATE inbox_message SET decoded_at = 0, trouble = '', tries = 0, again_at = 0, replays = replays + 1
WHERE tenant_id = $1 AND id = $2 AND decoded_at <> 0;

-- name: Recent :many
SELECT id, source, device, topic, form, body, urgent, unsure, note, received_at, decoded_at, replays, trouble, tries FROM inbox_message
WHERE tenant_id = $1 AND device = $2 AND id < $3
ORDER BY id DESC LIMIT $4;

-- name: Troubled :many
SELECT id, source, device, topic, form, body, urgent, unsure, note, received_at, decoded_at, replays, trouble, tries FROM inbox_message
WHERE tenant_id = $1 AND trouble <> '' AND id < $2
ORDER BY id DESC LIMIT $3;

-- name: ByID :one
SELECT id, source, device, topic, form, body, urgent, unsure, note, received_at, decoded_at, replays, trouble, tries FROM inbox_message
WHERE tenant_id = $1 AND id = $2;

-- name: CountWaiting :one
SELECT COUNT(*) FROM inbox_message WHERE tenant_id = $1 AND urgent = $2 AND decoded_at = 0;

-- name: CountTroubled :one
SELECT COUNT(*) FROM inbox_message WHERE tenant_id = $1 AND trouble <> '';

-- name: After :many
SELECT id, received_at FROM inbox_message WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3;

-- name: Prune :execrows
DELETE FROM inbox_message
WHERE tenant_id = $1 AND id > $2 AND id <= $3 AND received_at < $4 AND decoded_at <> 0 AND trouble = '';

-- name: PutRetained :exec
INSERT INTO inbox_retained (tenant_id, device, topic, size, expires_at, form, body)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant_id, device, topic) DO UPDATE SET size = excluded.size, expires_at = excluded.expires_at, form = excluded.form, body = excluded.body;

-- name: DropRetained :exec
DELETE FROM inbox_retained WHERE tenant_id = $1 AND device = $2 AND topic = $3;

-- name: DropExpired :exec
DELETE FROM inbox_retained WHERE tenant_id = $1 AND device = $2 AND expires_at <> 0 AND expires_at <= $3;

-- name: RetainedUse :one
SELECT COUNT(*) AS topics, CAST(COALESCE(SUM(size), 0) AS BIGINT) AS bytes FROM inbox_retained
WHERE tenant_id = $1 AND device = $2;

-- name: RetainedSize :one
SELECT size FROM inbox_retained WHERE tenant_id = $1 AND device = $2 AND topic = $3;

-- name: Retained :many
SELECT topic, expires_at, form, body FROM inbox_retained
WHERE tenant_id = $1 AND device = $2 AND topic > $3 AND (expires_at = 0 OR expires_at > $4)
ORDER BY topic LIMIT $5;
