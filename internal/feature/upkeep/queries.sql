-- name: InsertTicket :execrows
INSERT INTO upkeep_ticket (tenant_id, matter_id, device_id, cause, spot, by_itself)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING;

-- name: TicketByID :one
SELECT * FROM upkeep_ticket WHERE tenant_id = $1 AND matter_id = $2;

-- name: OpenTicket :one
SELECT * FROM upkeep_ticket WHERE tenant_id = $1 AND device_id = $2 AND cause = $3 AND open = 1;

-- name: TicketsOf :many
SELECT * FROM upkeep_ticket WHERE tenant_id = $1 AND device_id = $2 ORDER BY matter_id DESC LIMIT $3;

-- name: SaveTicket :exec
UPDATE upkeep_ticket SET open = $3, by_itself = $4, well_at = $5, times = $6, remedy = $7, level = $8 WHERE tenant_id = $1 AND matter_id = $2;
