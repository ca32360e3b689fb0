-- name: Put :exec
INSERT INTO job_due (tenant_id, id, kind, name, due_at, payload, added_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant_id, kind, name) DO UPDATE
SET id = excluded.id, due_at = excluded.due_at, payload = excluded.payload, added_at = excluded.added_at,
    attempts = 0, leased_until = 0, dead = 0, trouble = '';

-- name: Drop :exec
DELETE FROM job_due WHERE tenant_id = $1 AND kind = $2 AND name = $3;

-- name: Due :many
SELECT id, kind, name, due_at, payload, attempts FROM job_due
WHERE tenant_id = $1 AND dead = 0 AND due_at <= $2 AND leased_until <= $2
  AND CAST($4 AS TEXT) NOT LIKE '% ' || kind || ' %'
ORDER BY due_at, id LIMIT $3;

-- name: Next :one
SELECT due_at FROM job_due
WHERE tenant_id = $1 AND dead = 0 AND leased_until <= $2 AND CAST($3 AS TEXT) NOT LIKE '% ' || kind || ' %'
ORDER BY due_at LIMIT 1;

-- name: Lease :execrows
UPDATE job_due SET leased_until = $3
WHERE tenant_id = $1 AND id = $2 AND dead = 0 AND leased_until <= $4;

-- name: Finish :execrows
DELETE FROM job_due WHERE tenant_id = $1 AND id = $2;

-- name: Retry :exec
UPDATE job_due SET due_at = $3, leased_until = 0, dead = $4, trouble = $5, attempts = $6, added_at = $7
WHERE tenant_id = $1 AND id = $2;

-- name: Rewind :execrows
UPDATE job_due SET due_at = due_at - added_at + $2, added_at = $2
WHERE tenant_id = $1 AND dead = 0 AND added_at > $2 AND (attempts > 0 OR CAST($3 AS TEXT) LIKE '% ' || kind || ' %');

-- name: Unlease :execrows
UPDATE job_due SET leased_until = $2 WHERE tenant_id = $1 AND leased_until > $2;

-- name: CountDead :one
SELECT COUNT(*) FROM job_due WHERE tenant_id = $1 AND dead = 1;

-- name: CountLate :one
SELECT COUNT(*) FROM job_due WHERE tenant_id = $1 AND dead = 0 AND due_at <= $2;
