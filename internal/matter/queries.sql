-- name: InsertHead :execrows
INSERT INTO matter_head (tenant_id, id, number, kind, place_id, raised_by, phase, holder_group, holder_person, due_at, visibility, version, raised_at, changed_at, last_hash, path, open, level, subject)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
ON CONFLICT (tenant_id, kind, subject) WHERE open = 1 AND subject <> '' DO NOTHING;

-- name: HeadByID :one
SELECT tenant_id, id, number, kind, place_id, raised_by, phase, holder_group, holder_person, due_at, visibility, version, raised_at, changed_at, last_hash, path, open, level, subject
FROM matter_head WHERE tenant_id = $1 AND id = $2;

-- name: HeadByNumber :one
SELECT tenant_id, id, number, kind, place_id, raised_by, phase, holder_group, holder_person, due_at, visibility, version, raised_at, changed_at, last_hash, path, open, level, subject
FROM matter_head WHERE tenant_id = $1 AND number = $2;

-- name: UpdateHead :execrows
UPDATE matter_head SET phase = $4, holder_group = $5, holder_person = $6, due_at = $7, version = version + 1, changed_at = $8, last_hash = $9, open = $10, level = $11
WHERE tenant_id = $1 AND id = $2 AND version = $3;

-- name: HeadsAfter :many
SELECT tenant_id, id, number, kind, place_id, raised_by, phase, holder_group, holder_person, due_at, visibility, version, raised_at, changed_at, last_hash, path, open, level, subject
FROM matter_head WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3;

-- name: InsertEntry :exec
INSERT INTO matter_entry (tenant_id, matter_id, seq, at, actor_id, actor_group, verb, key, args, photos, audience, prev_hash, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: Entries :many
SELECT tenant_id, matter_id, seq, at, actor_id, actor_group, verb, key, args, photos, audience, prev_hash, hash
FROM matter_entry WHERE tenant_id = $1 AND matter_id = $2 ORDER BY seq;

-- name: InsertLink :execrows
INSERT INTO matter_link (tenant_id, from_id, kind, to_id, at)
SELECT a.tenant_id, a.id, CAST(sqlc.arg(kind) AS TEXT), b.id, CAST(sqlc.arg(at) AS BIGINT) FROM matter_head a
CROSS JOIN matter_head b
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.id = sqlc.arg(from_id) AND b.tenant_id = a.tenant_id AND b.id = sqlc.arg(to_id)
ON CONFLICT (tenant_id, from_id, kind, to_id) DO NOTHING;

-- name: LinksOf :many
SELECT f.from_id, f.kind, f.to_id, f.at FROM matter_link f
WHERE f.tenant_id = $1 AND f.from_id = $2
UNION ALL
SELECT l.from_id, l.kind, l.to_id, l.at FROM matter_link l
WHERE l.tenant_id = $1 AND l.to_id = $2 AND l.from_id <> $2
ORDER BY at, to_id;

-- name: NextNumber :one
INSERT INTO matter_counter (tenant_id, series, last) VALUES ($1, $2, 1)
ON CONFLICT (tenant_id, series) DO UPDATE SET last = matter_counter.last + 1
RETURNING last;

-- name: InsertKey :execrows
INSERT INTO matter_key (tenant_id, key, matter_id, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, key) DO NOTHING;

-- name: MatterOfKey :one
SELECT matter_id FROM matter_key WHERE tenant_id = $1 AND key = $2;

-- name: DropKeysBefore :exec
DELETE FROM matter_key WHERE tenant_id = $1 AND at < $2;

-- name: PathOf :one
SELECT path FROM place_node WHERE tenant_id = $1 AND id = $2;

-- name: OpenHead :one
SELECT tenant_id, id, number, kind, place_id, raised_by, phase, holder_group, holder_person, due_at, visibility, version, raised_at, changed_at, last_hash, path, open, level, subject
FROM matter_head WHERE tenant_id = $1 AND kind = $2 AND subject = $3 AND open = 1 AND subject <> '';

-- name: MovePaths :exec
UPDATE matter_head SET path = CAST($3 AS TEXT) || substr(path, length(CAST($2 AS TEXT)) + 1)
WHERE tenant_id = $1 AND substr(path, 1, length(CAST($2 AS TEXT))) = CAST($2 AS TEXT);
