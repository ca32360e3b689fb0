-- name: InsertWay :exec
INSERT INTO notify_way (tenant_id, id, kind, host, sealed, token, since) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: EndWay :execrows
UPDATE notify_way SET until = $3 WHERE tenant_id = $1 AND id = $2 AND until = 0;

-- name: EndWaysOf :execrows
UPDATE notify_way SET until = $3 WHERE tenant_id = $1 AND kind = $2 AND until = 0;

-- name: Ways :many
SELECT * FROM notify_way WHERE tenant_id = $1 AND until = 0 ORDER BY id;

-- name: WayByID :one
SELECT * FROM notify_way WHERE tenant_id = $1 AND id = $2 AND until = 0;

-- name: Claim :many
UPDATE notify_message SET leased_until = $1, attempts = attempts + 1
WHERE tenant_id = $2 AND matter_id = $3 AND seq = $4 AND channel = $5 AND handed_at = 0 AND (leased_until <= $6 OR leased_until > $7 AND leased_until < $8)
RETURNING *;

-- name: ClaimOf :many
UPDATE notify_message SET leased_until = $1, attempts = attempts + 1
WHERE tenant_id = $2 AND to_id = $3 AND channel = $4 AND handed_at = 0 AND (leased_until <= $5 OR leased_until > $6 AND leased_until < $7)
RETURNING *;

-- name: Renew :execrows
UPDATE notify_message SET leased_until = $1
WHERE tenant_id = $2 AND to_id = $3 AND channel = $4 AND id = $5 AND handed_at = 0 AND attempts = $6 AND leased_until = $7;

-- name: MarkHanded :exec
UPDATE notify_message SET handed_at = $4, delivered_at = $5, leased_until = $6, trouble = $7, via = $9
WHERE tenant_id = $1 AND to_id = $2 AND channel = $3 AND id = $8;

-- name: WaysEver :many
SELECT id, host FROM notify_way WHERE tenant_id = $1 ORDER BY id;

-- name: Unhanded :one
SELECT COUNT(*) FROM notify_message
WHERE tenant_id = $1 AND matter_id = $2 AND seq = $3 AND channel = $4 AND handed_at = 0 AND leased_until < $5;

-- name: UnhandedOf :one
SELECT COUNT(*) FROM notify_message
WHERE tenant_id = $1 AND to_id = $2 AND channel = $3 AND handed_at = 0 AND leased_until < $4;

-- name: MessageByReceipt :one
SELECT * FROM notify_message WHERE tenant_id = $1 AND id = $2 AND channel IN ('sms', 'voice', 'push');

-- name: MarkReceipt :execrows
UPDATE notify_message SET delivered_at = $4, trouble = $5
WHERE tenant_id = $1 AND to_id = $2 AND channel = $3 AND id = $6 AND delivered_at = 0;

-- Without DISTINCT: with it SQLite walks every message of the tenant in the order of persons.
-- name: Reached :many
SELECT m.to_id FROM notify_message m WHERE m.tenant_id = $1 AND m.matter_id = $2 AND m.delivered_at > 0
UNION ALL
SELECT p.person_id FROM notify_telling t
CROSS JOIN notify_member p
WHERE t.tenant_id = $1 AND t.matter_id = $2 AND p.tenant_id = t.tenant_id AND p.circle_id = t.circle_id AND (
    EXISTS (SELECT 1 FROM notify_receipt r WHERE r.tenant_id = t.tenant_id AND r.n = t.n AND r.person_id = p.person_id AND r.delivered_at > 0)
    OR EXISTS (SELECT 1 FROM notify_delivery d WHERE d.tenant_id = t.tenant_id AND d.person_id = p.person_id AND d.upto >= t.n));

-- name: PutPush :exec
INSERT INTO notify_push (tenant_id, person_id, id, sealed, since) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, person_id, id) DO UPDATE SET sealed = excluded.sealed;

-- name: DropPush :execrows
DELETE FROM notify_push WHERE tenant_id = $1 AND person_id = $2 AND id = $3;

-- name: PushesOf :many
SELECT * FROM notify_push WHERE tenant_id = $1 AND person_id = $2 ORDER BY id;

-- name: PushPersons :many
SELECT DISTINCT person_id FROM notify_push WHERE tenant_id = $1;

-- name: PutPushKey :exec
INSERT INTO notify_push_key (tenant_id, public, sealed) VALUES ($1, $2, $3) ON CONFLICT (tenant_id) DO NOTHING;

-- name: PushKey :one
SELECT public, sealed FROM notify_push_key WHERE tenant_id = $1;
