-- name: PutCategory :exec
INSERT INTO report_category (tenant_id, code, sort, group_code, group_zh, group_en, zh, en, handler, accept_min, resolve_h, escalate_to, priority, law)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (tenant_id, code) DO UPDATE SET sort = excluded.sort, group_code = excluded.group_code, group_zh = excluded.group_zh,
    group_en = excluded.group_en, zh = excluded.zh, en = excluded.en, handler = excluded.handler, accept_min = excluded.accept_min,
    resolve_h = excluded.resolve_h, escalate_to = excluded.escalate_to, priority = excluded.priority, law = excluded.law, retired_at = 0;

-- name: RetireCategory :exec
UPDATE report_category SET retired_at = $3 WHERE tenant_id = $1 AND code = $2 AND retired_at = 0;

-- name: Categories :many
SELECT * FROM report_category WHERE tenant_id = $1 ORDER BY sort, code;

-- name: InsertDetail :exec
INSERT INTO report_detail (tenant_id, matter_id, category, compound_id, building_id, spot, words, anonymous, source, happened_at, raised_at, open, due_at, level, accept_by, mend_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: UpdateDetail :exec
UPDATE report_detail SET open = $3, level = $4, accept_by = $5, mend_by = $6, taken_at = $7, finished_at = $8, closed_at = $9, rating = $10, due_at = $11
WHERE tenant_id = $1 AND matter_id = $2;

-- name: DetailByID :one
SELECT * FROM report_detail WHERE tenant_id = $1 AND matter_id = $2;

-- name: PutCase :execrows
INSERT INTO report_case (tenant_id, matter_id, neighbourhood, number, category, place, since) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (tenant_id, matter_id) DO NOTHING;

-- name: CaseOf :one
SELECT * FROM report_case WHERE tenant_id = $1 AND matter_id = $2;

-- name: Cases :many
SELECT * FROM report_case WHERE tenant_id = $1 AND since < $2 ORDER BY since DESC, matter_id DESC LIMIT $3;

-- name: AcceptSpans :many
SELECT CAST(taken_at - raised_at AS BIGINT) AS span FROM report_detail
WHERE tenant_id = $1 AND raised_at >= $2 AND taken_at > 0;

-- name: CountLifted :one
SELECT COUNT(*) FROM report_detail WHERE tenant_id = $1 AND open = 1 AND level >= $2;
