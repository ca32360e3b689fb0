-- name: PostsOf :many
SELECT p.role, p.place_id, n.path FROM people_post p
JOIN place_node n ON n.tenant_id = p.tenant_id AND n.id = p.place_id
WHERE p.tenant_id = $1 AND p.person_id = $2 AND p.until = 0
ORDER BY p.role, p.place_id;
