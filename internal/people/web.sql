-- What the pages show beyond the register and the door.

-- name: TenantBelow :one
SELECT tenant_id FROM place_tenant WHERE tenant_id = $1 AND parent_id = $2;

-- name: PostHeld :one
SELECT p.person_id, COALESCE(n.path, '') AS path FROM people_post p
LEFT JOIN place_node n ON n.tenant_id = p.tenant_id AND n.id = p.place_id
WHERE p.tenant_id = $1 AND p.id = $2 AND p.until = 0;

-- name: PostsIn :many
SELECT p.id, x.name, p.role, p.place_id, n.name AS place_name, n.path, COALESCE(o.name, '') AS organisation, p.skill
FROM place_node n
JOIN people_post p ON p.tenant_id = n.tenant_id AND p.place_id = n.id AND p.until = 0
JOIN people_person x ON x.tenant_id = p.tenant_id AND x.id = p.person_id AND x.until = 0
LEFT JOIN people_organisation o ON o.tenant_id = p.tenant_id AND o.id = p.organisation_id
WHERE n.tenant_id = $1 AND substr(n.path, 1, length(CAST($2 AS TEXT))) = CAST($2 AS TEXT)
ORDER BY length(n.path), n.sort, p.role, x.name, p.id;

-- name: StaffAccounts :many
SELECT x.id, x.name, p.role, COALESCE(a.login, '') AS login FROM people_post p
JOIN people_person x ON x.tenant_id = p.tenant_id AND x.id = p.person_id AND x.until = 0
LEFT JOIN people_account a ON a.tenant_id = p.tenant_id AND a.person_id = p.person_id
WHERE p.tenant_id = $1 AND p.until = 0
ORDER BY x.pinyin, x.id, p.role;

-- name: AuditAbout :many
SELECT at, actor_id, fields FROM people_audit
WHERE tenant_id = $1 AND resource_id = $2 AND action = 'person.read'
ORDER BY seq DESC LIMIT 20;
