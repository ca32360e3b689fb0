-- name: MessageByID :one
SELECT * FROM notify_message WHERE tenant_id = $1 AND to_id = $2 AND channel = $3 AND id = $4;

-- name: MarkSent :exec
UPDATE notify_message SET handed_at = $3, delivered_at = $4, attempts = attempts + 1, trouble = $5
WHERE tenant_id = $1 AND to_id = $2 AND channel = 'webhook' AND id = $6;

-- name: InsertWebhook :exec
INSERT INTO notify_webhook (tenant_id, id, url, secret, since) VALUES ($1, $2, $3, $4, $5);

-- name: EndWebhook :execrows
UPDATE notify_webhook SET until = $3 WHERE tenant_id = $1 AND id = $2 AND until = 0;

-- name: Webhooks :many
SELECT * FROM notify_webhook WHERE tenant_id = $1 AND until = 0 ORDER BY id;

-- name: WebhookByID :one
SELECT * FROM notify_webhook WHERE tenant_id = $1 AND id = $2 AND until = 0;

-- name: LastTo :one
SELECT delivered_at, attempts, trouble FROM notify_message
WHERE tenant_id = $1 AND to_id = $2 AND channel = $3 ORDER BY id DESC LIMIT 1;

-- name: Receipts :many
SELECT * FROM notify_message WHERE tenant_id = $1 AND matter_id = $2 ORDER BY seq, id;
