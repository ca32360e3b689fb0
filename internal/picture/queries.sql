-- name: Insert :exec
INSERT INTO picture_taken (tenant_id, matter_id, seq, place, hash, thumb, width, height) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: OfCase :many
SELECT seq, hash, thumb, width, height FROM picture_taken WHERE tenant_id = $1 AND matter_id = $2 ORDER BY seq, place;

-- name: After :many
SELECT matter_id, seq, place, hash, thumb FROM picture_taken
WHERE tenant_id = $1 AND (matter_id, seq, place) > (CAST(sqlc.arg(after_matter) AS TEXT), CAST(sqlc.arg(after_seq) AS BIGINT), CAST(sqlc.arg(after_place) AS BIGINT))
ORDER BY matter_id, seq, place LIMIT CAST(sqlc.arg(most) AS BIGINT);
