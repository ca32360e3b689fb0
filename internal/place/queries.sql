-- name: Tenants :many
SELECT * FROM place_tenant ORDER BY kind DESC, short;

-- name: TenantByShort :one
SELECT * FROM place_tenant WHERE UPPER(short) = UPPER(CAST($1 AS TEXT)) ORDER BY kind DESC, short LIMIT 1;

-- name: TenantByID :one
SELECT * FROM place_tenant WHERE tenant_id = $1;

-- name: InsertTenant :exec
INSERT INTO place_tenant (tenant_id, parent_id, kind, ref, name, short, district, city, root_id, since, phone)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: UpdateTenant :exec
UPDATE place_tenant SET parent_id = $2, name = $3, district = $4, city = $5, phone = $6 WHERE tenant_id = $1;

-- name: Touch :exec
UPDATE place_tenant SET version = version + 1 WHERE tenant_id = $1;

-- name: Version :one
SELECT version FROM place_tenant WHERE tenant_id = $1;

-- name: NodeByID :one
SELECT * FROM place_node WHERE tenant_id = $1 AND id = $2;

-- name: NodeByRef :one
SELECT * FROM place_node WHERE tenant_id = $1 AND ref = $2;

-- name: AllNodes :many
SELECT * FROM place_node WHERE tenant_id = $1;

-- name: Standing :many
SELECT * FROM place_node
WHERE tenant_id = $1 AND kind IN ('compound', 'building') AND retired_at = 0 ORDER BY id;

-- name: Children :many
SELECT * FROM place_node
WHERE tenant_id = $1 AND parent_id = $2 AND retired_at = 0 ORDER BY sort, id;

-- name: Chain :many
WITH RECURSIVE up AS (
    SELECT place_node.id, place_node.parent_id, 0 AS height FROM place_node
    WHERE place_node.tenant_id = $1 AND place_node.id = $2
    UNION ALL
    SELECT p.id, p.parent_id, up.height + 1 FROM up CROSS JOIN place_node p -- CROSS: SQLite keeps the order
    WHERE p.tenant_id = $1 AND p.id = up.parent_id
)
SELECT n.* FROM up CROSS JOIN place_node n
WHERE n.tenant_id = $1 AND n.id = up.id ORDER BY up.height DESC;

-- name: Subtree :many
WITH RECURSIVE down AS (
    SELECT place_node.id FROM place_node
    WHERE place_node.tenant_id = $1 AND place_node.id = $2 AND place_node.retired_at = 0
    UNION ALL
    SELECT c.id FROM down CROSS JOIN place_node c
    WHERE c.tenant_id = $1 AND c.parent_id = down.id AND c.retired_at = 0
)
SELECT n.* FROM down CROSS JOIN place_node n WHERE n.tenant_id = $1 AND n.id = down.id;

-- name: InsertNode :exec
INSERT INTO place_node (tenant_id, id, parent_id, kind, ref, name, alias, road, lane, path, sort, floor, floors, area, built, facts)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: UpdateNode :exec
UPDATE place_node SET parent_id = $3, kind = $4, name = $5, alias = $6, road = $7, lane = $8, path = $9, sort = $10,
    floor = $11, floors = $12, area = $13, built = $14, facts = $15, retired_at = 0
WHERE tenant_id = $1 AND id = $2;

-- name: MoveBelow :exec
UPDATE place_node SET path = CAST($3 AS TEXT) || substr(path, length(CAST($2 AS TEXT)) + 1)
WHERE tenant_id = $1 AND substr(path, 1, length(CAST($2 AS TEXT))) = CAST($2 AS TEXT);

-- name: RetireNode :execrows
UPDATE place_node SET retired_at = $3 WHERE tenant_id = $1 AND id = $2 AND retired_at = 0;

-- name: AdoptTenant :exec
UPDATE place_tenant SET ref = $2 WHERE tenant_id = $1;

-- name: AdoptRoot :exec
UPDATE place_node SET ref = $3 WHERE tenant_id = $1 AND id = $2;
