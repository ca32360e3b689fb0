-- name: PhotosAfter :many
SELECT matter_id, seq, place, hash, thumb FROM report_photo
WHERE tenant_id = $1 AND (matter_id, seq, place) > (CAST(sqlc.arg(after_matter) AS TEXT), CAST(sqlc.arg(after_seq) AS BIGINT), CAST(sqlc.arg(after_place) AS BIGINT))
ORDER BY matter_id, seq, place LIMIT CAST(sqlc.arg(most) AS BIGINT);
