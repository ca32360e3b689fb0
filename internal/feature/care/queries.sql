-- name: InsertElder :exec
INSERT INTO care_elder (tenant_id, id, person_key, building_id, grade, ground, sealed, paper_sealed, entered_by, entered_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10);

-- name: ChangeElder :execrows
UPDATE care_elder SET building_id = $3, grade = $4, ground = $5, sealed = $6, paper_sealed = $7, changed_at = $8
WHERE tenant_id = $1 AND id = $2 AND withdrawn_at = 0;

-- name: EraseElder :execrows
UPDATE care_elder SET person_key = id, sealed = '', paper_sealed = '', withdrawn_at = $3, withdrawn_how = $4, changed_at = $3
WHERE tenant_id = $1 AND id = $2 AND withdrawn_at = 0;

-- name: ElderByID :one
SELECT * FROM care_elder WHERE tenant_id = $1 AND id = $2 AND withdrawn_at = 0;

-- name: ElderKeys :many
SELECT person_key FROM care_elder WHERE tenant_id = $1 AND withdrawn_at = 0;

-- name: ElderByPerson :one
SELECT * FROM care_elder WHERE tenant_id = $1 AND person_key = $2 AND withdrawn_at = 0;

-- name: MoveElder :exec
UPDATE care_elder SET building_id = $3, sealed = $4, changed_at = $5 WHERE tenant_id = $1 AND id = $2 AND withdrawn_at = 0;

-- name: Elders :many
SELECT * FROM care_elder WHERE tenant_id = $1 AND withdrawn_at = 0 ORDER BY building_id, id;

-- name: Withdrawn :many
SELECT id, building_id, withdrawn_at, withdrawn_how FROM care_elder
WHERE tenant_id = $1 AND withdrawn_at > 0 ORDER BY withdrawn_at DESC, id LIMIT $2;

-- name: EldersOfKin :many
SELECT e.* FROM care_kin k JOIN care_elder e ON e.tenant_id = k.tenant_id AND e.id = k.elder_id
WHERE k.tenant_id = $1 AND k.kin_key = $2 AND e.withdrawn_at = 0 ORDER BY k.elder_id;

-- name: AddKin :exec
INSERT INTO care_kin (tenant_id, elder_id, kin_key) VALUES ($1, $2, $3)
ON CONFLICT (tenant_id, elder_id, kin_key) DO NOTHING;

-- name: DropKin :exec
DELETE FROM care_kin WHERE tenant_id = $1 AND elder_id = $2;

-- name: AddCarer :exec
INSERT INTO care_carer (tenant_id, elder_id, person_id, duty, turn) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, elder_id, person_id) DO NOTHING;

-- name: DropCarers :exec
DELETE FROM care_carer WHERE tenant_id = $1 AND elder_id = $2;

-- name: InsertLook :exec
INSERT INTO care_look (tenant_id, id, elder_id, viewer_id, session_id, why, about, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: LooksAt :many
SELECT * FROM care_look WHERE tenant_id = $1 AND elder_id = $2 ORDER BY at DESC, id DESC LIMIT $3;

-- name: LockElder :one
SELECT * FROM care_elder WHERE tenant_id = $1 AND id = $2 AND withdrawn_at = 0 FOR UPDATE;

-- name: LooksSince :one
SELECT COUNT(*) FROM care_look
WHERE tenant_id = $1 AND elder_id = $2 AND at > $3 AND at <= $4 AND viewer_id = $5 AND why = $6 AND about = $7;

-- name: EraseNotes :exec
UPDATE care_visit SET note_sealed = '' WHERE tenant_id = $1 AND elder_id = $2;

-- name: InsertAway :exec
INSERT INTO care_away (tenant_id, id, person_id, from_at, until_at) VALUES ($1, $2, $3, $4, $5);

-- name: AwaysOf :many
SELECT * FROM care_away WHERE tenant_id = $1 AND person_id = $2 AND until_at > $3 ORDER BY from_at, id;

-- name: EndAway :execrows
DELETE FROM care_away WHERE tenant_id = $1 AND id = $2 AND person_id = $3;

-- name: WithdrawnSince :many
SELECT building_id, withdrawn_at FROM care_elder WHERE tenant_id = $1 AND withdrawn_at > 0 AND withdrawn_how <> 'ended' ORDER BY withdrawn_at DESC, id;

-- name: CarersIn :many
SELECT c.elder_id, c.person_id, c.duty, p.name FROM care_carer c
JOIN people_person p ON p.tenant_id = c.tenant_id AND p.id = c.person_id
WHERE c.tenant_id = $1 ORDER BY c.elder_id, c.turn, c.person_id;

-- name: CarersOf :many
SELECT c.elder_id, c.person_id, c.duty, p.name FROM care_carer c
JOIN people_person p ON p.tenant_id = c.tenant_id AND p.id = c.person_id
WHERE c.tenant_id = $1 AND c.elder_id = $2 ORDER BY c.turn, c.person_id;

-- name: AwaysAround :many
SELECT a.* FROM care_away a
WHERE a.tenant_id = $1 AND a.person_id IN (SELECT c.person_id FROM care_carer c WHERE c.tenant_id = $1 AND c.elder_id = $2) AND a.until_at > $3
ORDER BY a.from_at, a.id;
