-- name: CountUndelivered :one
SELECT COUNT(*) FROM notify_message
WHERE tenant_id = $1 AND channel = 'webhook' AND delivered_at = 0 AND attempts > 0 AND created_at >= $2;

-- name: CountUnhanded :one
SELECT COUNT(*) FROM notify_message
WHERE tenant_id = $1 AND channel IN ('push', 'robot', 'sms', 'voice') AND handed_at = 0 AND attempts > 0 AND trouble <> 'no phone' AND created_at >= $2;
