-- name: CountPosts :many
SELECT role, COUNT(*) AS n FROM people_post WHERE tenant_id = $1 AND until = 0 GROUP BY role ORDER BY role;

-- name: CountAccounts :one
SELECT COUNT(*) AS accounts, CAST(COALESCE(SUM(CASE WHEN totp_sealed = '' THEN 1 ELSE 0 END), 0) AS BIGINT) AS bare
FROM people_account WHERE tenant_id = $1;

-- name: CountAdministrators :one
SELECT COUNT(DISTINCT a.person_id) FROM people_account a
JOIN people_post p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id AND p.role = 'admin' AND p.until = 0
WHERE a.tenant_id = $1;

-- name: OneSealed :one
SELECT id, phone_sealed FROM people_person WHERE tenant_id = $1 AND phone_sealed <> '' ORDER BY id LIMIT 1;
