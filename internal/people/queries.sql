-- name: PostsOf :many
SELECT p.role, p.place_id, n.path FROM people_post p
JOIN place_node n ON n.tenant_id = p.tenant_id AND n.id = p.place_id
WHERE p.tenant_id = $1 AND p.person_id = $2 AND p.until = 0
ORDER BY p.role, p.place_id;

-- The register.

-- name: HouseholdByID :one
SELECT * FROM people_household WHERE tenant_id = $1 AND id = $2;

-- name: HouseholdAt :one
SELECT * FROM people_household
WHERE tenant_id = $1 AND place_id = $2 AND until = 0 ORDER BY since DESC, id DESC LIMIT 1;

-- name: AllHouseholds :many
SELECT * FROM people_household WHERE tenant_id = $1;

-- name: InsertHousehold :exec
INSERT INTO people_household (tenant_id, id, place_id, ref, tenure, occupancy, size, since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: UpdateHousehold :exec
UPDATE people_household SET place_id = $3, tenure = $4, occupancy = $5, size = $6, until = 0
WHERE tenant_id = $1 AND id = $2;

-- name: EndHousehold :execrows
UPDATE people_household SET until = $3 WHERE tenant_id = $1 AND id = $2 AND until = 0;

-- name: PersonByID :one
SELECT * FROM people_person WHERE tenant_id = $1 AND id = $2;

-- name: PersonByRef :one
SELECT * FROM people_person WHERE tenant_id = $1 AND ref = $2;

-- name: AllPersons :many
SELECT * FROM people_person WHERE tenant_id = $1;

-- name: PersonNames :many
SELECT DISTINCT name FROM people_person WHERE tenant_id = $1 AND name <> '';

-- name: Members :many
SELECT * FROM people_person WHERE tenant_id = $1 AND household_id = $2 AND until = 0 ORDER BY ref, id;

-- name: MembersAt :many
SELECT id FROM people_person WHERE people_person.tenant_id = $1 AND until = 0 AND household_id = (
    SELECT h.id FROM people_household h WHERE h.tenant_id = $1 AND h.place_id = $2 AND h.until = 0 ORDER BY h.since DESC, h.id DESC LIMIT 1
) ORDER BY ref, id;

-- name: ResidentsUnder :many
SELECT p.id, p.household_id, h.place_id, p.has_app, CAST(CASE WHEN p.phone_sealed = '' THEN 0 ELSE 1 END AS BIGINT) AS has_phone
FROM people_person p
JOIN people_household h ON h.tenant_id = p.tenant_id AND h.id = p.household_id
JOIN place_node n ON n.tenant_id = h.tenant_id AND n.id = h.place_id
WHERE p.tenant_id = $1 AND p.until = 0 AND h.until = 0 AND p.age_band <> '0-13'
  AND substr(n.path, 1, length(CAST($2 AS TEXT))) = CAST($2 AS TEXT)
ORDER BY p.id;

-- name: InsertPerson :exec
INSERT INTO people_person (tenant_id, id, ref, household_id, name, pinyin, initials, standing, age_band,
    phone_sealed, alone_sealed, has_app, consent_version, guardian_consent, since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: UpdatePerson :exec
UPDATE people_person SET household_id = $3, name = $4, pinyin = $5, initials = $6, standing = $7, age_band = $8,
    phone_sealed = $9, alone_sealed = $10, has_app = $11, consent_version = $12, guardian_consent = $13, until = 0
WHERE tenant_id = $1 AND id = $2;

-- name: EndPerson :execrows
UPDATE people_person SET until = $3 WHERE tenant_id = $1 AND id = $2 AND until = 0;

-- name: EndPostsOf :exec
UPDATE people_post SET until = $3 WHERE tenant_id = $1 AND person_id = $2 AND until = 0;

-- name: SearchPersons :many
SELECT p.*, COALESCE(d.id, '') AS dwelling_id, COALESCE(d.name, '') AS room, COALESCE(b.name, '') AS building,
    COALESCE(d.path, '') AS path
FROM people_person p
LEFT JOIN people_household h ON h.tenant_id = p.tenant_id AND h.id = p.household_id
LEFT JOIN place_node d ON d.tenant_id = h.tenant_id AND d.id = h.place_id
LEFT JOIN place_node b ON b.tenant_id = d.tenant_id AND b.id = d.parent_id
WHERE p.tenant_id = $1
  AND (p.pinyin, p.id) > (CAST(sqlc.arg(after_pinyin) AS TEXT), CAST(sqlc.arg(after_id) AS TEXT))
  AND (p.until = 0 OR CAST(sqlc.arg(ended) AS BIGINT) = 1)
  AND (p.name <> '' OR CAST(sqlc.arg(named_only) AS BIGINT) = 0)
  AND (CAST(sqlc.arg(standing) AS TEXT) = '' OR p.standing = CAST(sqlc.arg(standing) AS TEXT))
  AND (CAST(sqlc.arg(under) AS TEXT) = '' OR substr(d.path, 1, length(CAST(sqlc.arg(under) AS TEXT))) = CAST(sqlc.arg(under) AS TEXT))
  AND (CAST(sqlc.arg(has_query) AS BIGINT) = 0
    OR p.name LIKE CAST(sqlc.arg(named) AS TEXT) ESCAPE '!'
    OR p.pinyin LIKE CAST(sqlc.arg(spelled) AS TEXT) ESCAPE '!'
    OR p.initials LIKE CAST(sqlc.arg(spelled) AS TEXT) ESCAPE '!'
    OR (d.name = CAST(sqlc.arg(room) AS TEXT) AND (CAST(sqlc.arg(door) AS TEXT) = '' OR b.name = CAST(sqlc.arg(door) AS TEXT))))
ORDER BY p.pinyin, p.id LIMIT CAST(sqlc.arg(most) AS BIGINT);

-- name: PostsAt :many
WITH RECURSIVE up AS (
    SELECT place_node.id, place_node.parent_id FROM place_node
    WHERE place_node.tenant_id = $1 AND place_node.id = $2
    UNION ALL
    SELECT n.id, n.parent_id FROM place_node n JOIN up ON n.id = up.parent_id WHERE n.tenant_id = $1
)
SELECT p.id, p.tenant_id, p.person_id, x.name, p.role, p.place_id, p.skill
FROM up CROSS JOIN people_post p -- CROSS: SQLite keeps the order
JOIN people_person x ON x.tenant_id = p.tenant_id AND x.id = p.person_id AND x.until = 0
WHERE p.tenant_id = $1 AND p.place_id = up.id AND p.until = 0
UNION ALL
SELECT s.id, s.tenant_id, s.person_id, y.name, s.role, s.place_id, s.skill FROM place_tenant t
JOIN people_post s ON s.tenant_id = t.parent_id AND s.until = 0
JOIN people_person y ON y.tenant_id = s.tenant_id AND y.id = s.person_id AND y.until = 0
WHERE t.tenant_id = $1;

-- name: PostByKey :one
SELECT * FROM people_post WHERE tenant_id = $1 AND person_id = $2 AND role = $3 AND place_id = $4;

-- name: AllPosts :many
SELECT * FROM people_post WHERE tenant_id = $1;

-- name: InsertPost :exec
INSERT INTO people_post (tenant_id, id, person_id, role, place_id, organisation_id, skill, facts, since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: UpdatePost :exec
UPDATE people_post SET organisation_id = $3, skill = $4, facts = $5, until = 0 WHERE tenant_id = $1 AND id = $2;

-- name: EndPost :execrows
UPDATE people_post SET until = $3 WHERE tenant_id = $1 AND id = $2 AND until = 0;

-- name: OrganisationByName :one
SELECT id FROM people_organisation WHERE tenant_id = $1 AND name = $2;

-- name: InsertOrganisation :exec
INSERT INTO people_organisation (tenant_id, id, name) VALUES ($1, $2, $3);

-- name: PlaceInUse :one
SELECT id, path, kind FROM place_node WHERE tenant_id = $1 AND id = $2 AND retired_at = 0;
