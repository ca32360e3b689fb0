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

-- name: AcceptSpans :many
SELECT CAST(d.taken_at - h.raised_at AS BIGINT) AS span FROM matter_head h
JOIN report_detail d ON d.tenant_id = h.tenant_id AND d.matter_id = h.id
WHERE h.tenant_id = $1 AND h.kind = 'report' AND h.raised_at >= $2 AND d.taken_at > 0;
