-- name: CountTelling :exec
INSERT INTO notify_counter (tenant_id, last) VALUES ($1, 1)
ON CONFLICT (tenant_id) DO UPDATE SET last = notify_counter.last + 1;

-- name: InsertTelling :exec
INSERT INTO notify_telling (tenant_id, circle_id, n, matter_id, seq, key, args, link, created_at)
VALUES ($1, $2, (SELECT c.last FROM notify_counter c WHERE c.tenant_id = $1), $3, $4, $5, $6, $7, $8)
ON CONFLICT (tenant_id, matter_id, seq, circle_id) DO NOTHING;

-- name: ToldOf :many
SELECT t.circle_id, m.person_id FROM notify_telling t
CROSS JOIN notify_member m
WHERE t.tenant_id = $1 AND t.matter_id = $2 AND t.seq = $3 AND m.tenant_id = t.tenant_id AND m.circle_id = t.circle_id;

-- name: IsMember :one
SELECT COUNT(*) FROM notify_member WHERE tenant_id = $1 AND person_id = $2 AND circle_id = $3;

-- name: CirclesOf :one
SELECT COUNT(*) FROM notify_member WHERE tenant_id = $1 AND person_id = $2;

-- name: Inbox :many
SELECT t.n, m.person_id, t.matter_id, t.seq, t.key, t.args, t.link, t.created_at,
    CAST(COALESCE(r.delivered_at, 0) AS BIGINT) AS delivered_at, CAST(COALESCE(r.seen_at, 0) AS BIGINT) AS seen_at,
    CAST(COALESCE((SELECT d.at FROM notify_delivery d WHERE d.tenant_id = t.tenant_id AND d.person_id = m.person_id AND d.upto >= t.n ORDER BY d.upto LIMIT 1), 0) AS BIGINT) AS shown_at
FROM notify_member m
CROSS JOIN notify_telling t
LEFT JOIN notify_receipt r ON r.tenant_id = t.tenant_id AND r.n = t.n AND r.person_id = m.person_id
WHERE m.tenant_id = $1 AND m.person_id = $2 AND t.tenant_id = m.tenant_id AND t.circle_id = m.circle_id AND t.n IN (
    SELECT x.n FROM notify_telling x
    WHERE x.tenant_id = m.tenant_id AND x.circle_id = m.circle_id AND x.n < $3 ORDER BY x.n DESC LIMIT $4)
ORDER BY t.n DESC LIMIT $4;

-- name: ReaderUpto :one
SELECT upto FROM notify_reader WHERE tenant_id = $1 AND person_id = $2;

-- name: CountFolded :one
SELECT COUNT(*) FROM (SELECT n FROM notify_receipt WHERE tenant_id = $1 AND person_id = $2 AND seen_at = 0 LIMIT $3) AS folded;

-- name: CountBeyond :one
SELECT COUNT(*) FROM (
    SELECT t.n FROM notify_member m
    CROSS JOIN notify_telling t
    WHERE m.tenant_id = $1 AND m.person_id = $2 AND t.tenant_id = m.tenant_id AND t.circle_id = m.circle_id AND t.n > $3
    AND NOT EXISTS (SELECT 1 FROM notify_receipt r WHERE r.tenant_id = t.tenant_id AND r.n = t.n AND r.person_id = m.person_id)
    LIMIT $4) AS beyond;

-- name: Beyond :many
SELECT t.n FROM notify_member m
CROSS JOIN notify_telling t
WHERE m.tenant_id = $1 AND m.person_id = $2 AND t.tenant_id = m.tenant_id AND t.circle_id = m.circle_id AND t.n > $3 ORDER BY t.n LIMIT $4;

-- name: FoldTo :exec
INSERT INTO notify_reader (tenant_id, person_id, upto) VALUES ($1, $2, $3)
ON CONFLICT (tenant_id, person_id) DO UPDATE SET upto = excluded.upto;

-- name: SeeMatter :execrows
INSERT INTO notify_receipt (tenant_id, n, person_id, delivered_at, seen_at)
SELECT t.tenant_id, t.n, m.person_id, CAST($4 AS BIGINT), CAST($4 AS BIGINT) FROM notify_telling t
CROSS JOIN notify_member m
WHERE t.tenant_id = $1 AND t.matter_id = $2 AND m.tenant_id = t.tenant_id AND m.circle_id = t.circle_id AND m.person_id = $3
ON CONFLICT (tenant_id, n, person_id) DO UPDATE SET seen_at = excluded.seen_at,
    delivered_at = CASE WHEN notify_receipt.delivered_at = 0 THEN excluded.delivered_at ELSE notify_receipt.delivered_at END
WHERE notify_receipt.seen_at = 0;

-- name: NewestTo :one
SELECT t.n FROM notify_member m
CROSS JOIN notify_telling t
WHERE m.tenant_id = $1 AND m.person_id = $2 AND t.tenant_id = m.tenant_id AND t.circle_id = m.circle_id AND t.n IN (
    SELECT x.n FROM notify_telling x WHERE x.tenant_id = m.tenant_id AND x.circle_id = m.circle_id ORDER BY x.n DESC LIMIT 1)
ORDER BY t.n DESC LIMIT 1;

-- name: LastDelivery :one
SELECT upto FROM notify_delivery WHERE tenant_id = $1 AND person_id = $2 ORDER BY upto DESC LIMIT 1;

-- name: Deliver :exec
INSERT INTO notify_delivery (tenant_id, person_id, upto, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, person_id, upto) DO NOTHING;

-- name: AppReceipts :many
SELECT t.n, m.person_id, t.matter_id, t.seq, t.key, t.args, t.link, t.created_at,
    CAST(COALESCE(r.delivered_at, 0) AS BIGINT) AS delivered_at, CAST(COALESCE(r.seen_at, 0) AS BIGINT) AS seen_at,
    CAST(COALESCE((SELECT d.at FROM notify_delivery d WHERE d.tenant_id = t.tenant_id AND d.person_id = m.person_id AND d.upto >= t.n ORDER BY d.upto LIMIT 1), 0) AS BIGINT) AS shown_at
FROM notify_telling t
CROSS JOIN notify_member m
LEFT JOIN notify_receipt r ON r.tenant_id = t.tenant_id AND r.n = t.n AND r.person_id = m.person_id
WHERE t.tenant_id = $1 AND t.matter_id = $2 AND m.tenant_id = t.tenant_id AND m.circle_id = t.circle_id ORDER BY t.seq, t.n, m.person_id;
