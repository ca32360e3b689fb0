-- name: Tenants :many
SELECT * FROM place_tenant ORDER BY kind DESC, short;
