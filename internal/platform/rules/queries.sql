-- name: Overrides :many
SELECT seq, rule_id, value, source, article, reason, from_day, until_day, by_id, at FROM rules_override
WHERE tenant_id = $1 ORDER BY seq;

-- name: AddOverride :exec
INSERT INTO rules_override (tenant_id, seq, rule_id, value, source, article, reason, from_day, until_day, by_id, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);
