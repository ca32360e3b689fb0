-- name: HoodsDuty :many
SELECT sqlc.embed(d), p.name, n.name AS place_name, n.kind AS place_kind, COALESCE(u.name, '') AS upper_name, COALESCE(u.kind, '') AS upper_kind
FROM place_tenant t
JOIN alarm_duty d ON d.tenant_id = t.tenant_id AND d.until = 0
JOIN people_person p ON p.tenant_id = d.tenant_id AND p.id = d.person_id
JOIN place_node n ON n.tenant_id = d.tenant_id AND n.id = d.place_id
LEFT JOIN place_node u ON u.tenant_id = n.tenant_id AND u.id = n.parent_id
WHERE t.parent_id = $1 ORDER BY d.tenant_id, d.since, d.id;

-- name: HoodsOpen :many
SELECT i.tenant_id, COUNT(*) AS n FROM place_tenant t
JOIN alarm_incident i ON i.tenant_id = t.tenant_id AND i.open = 1
WHERE t.parent_id = $1 AND i.trial_id = '' GROUP BY i.tenant_id;

-- name: HoodsPast :many
WITH newest AS (
    SELECT x.tenant_id, x.matter_id, ROW_NUMBER() OVER (PARTITION BY x.tenant_id ORDER BY x.raised_at DESC, x.matter_id DESC) AS nth
    FROM place_tenant t
    JOIN alarm_incident x ON x.tenant_id = t.tenant_id AND x.open = 0 AND x.raised_at >= $2
    WHERE t.parent_id = $1 AND x.trial_id = ''
)
SELECT sqlc.embed(i), h.phase, h.number, n.name AS place_name, n.kind AS place_kind, COALESCE(u.name, '') AS upper_name, COALESCE(u.kind, '') AS upper_kind,
    COALESCE(c.name, '') AS compound_name, COALESCE(b.name, '') AS building_name
FROM alarm_incident i
JOIN matter_head h ON h.tenant_id = i.tenant_id AND h.id = i.matter_id
JOIN place_node n ON n.tenant_id = h.tenant_id AND n.id = h.place_id
LEFT JOIN place_node u ON u.tenant_id = n.tenant_id AND u.id = n.parent_id
LEFT JOIN place_node c ON c.tenant_id = i.tenant_id AND c.id = i.compound_id
LEFT JOIN place_node b ON b.tenant_id = i.tenant_id AND b.id = i.building_id
WHERE (i.tenant_id, i.matter_id) IN (
    SELECT newest.tenant_id, newest.matter_id FROM newest WHERE newest.nth <= CAST($3 AS BIGINT)
) ORDER BY i.tenant_id, i.raised_at DESC, i.matter_id DESC;
