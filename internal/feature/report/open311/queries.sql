-- name: InsertAPIKey :exec
INSERT INTO report_api_key (tenant_id, id, digest, name, created_at) VALUES ($1, $2, $3, $4, $5);

-- name: APIKeyByDigest :one
SELECT * FROM report_api_key WHERE tenant_id = $1 AND digest = $2 AND ended_at = 0;

-- name: APIKeys :many
SELECT * FROM report_api_key WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC;

-- name: EndAPIKey :execrows
UPDATE report_api_key SET ended_at = $3 WHERE tenant_id = $1 AND id = $2 AND ended_at = 0;

-- name: EndAPIKeysNamed :exec
UPDATE report_api_key SET ended_at = $3 WHERE tenant_id = $1 AND name = $2 AND ended_at = 0;

-- name: InsertContact :exec
INSERT INTO report_contact (tenant_id, matter_id, sealed) VALUES ($1, $2, $3);

-- name: ContactOf :one
SELECT sealed FROM report_contact WHERE tenant_id = $1 AND matter_id = $2;

-- name: InsertOutside :exec
INSERT INTO report_outside (tenant_id, matter_id, placed, lat, long, media_url) VALUES ($1, $2, $3, $4, $5, $6);

-- name: OutsideOf :one
SELECT * FROM report_outside WHERE tenant_id = $1 AND matter_id = $2;
