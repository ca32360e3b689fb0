-- name: InsertIncident :exec
INSERT INTO alarm_incident (tenant_id, matter_id, device_id, kind, compound_id, building_id, drill, late, again, open, raised_at, urgency, trial_id, place_id, wave_id, called_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11, $12, $13, $14, $15);

-- name: UpdateIncident :exec
UPDATE alarm_incident SET open = $3, level = $4, signals = $5, acked_at = $6, door_at = $7, cleared_at = $8, closed_at = $9, fire = $10, cause = $11, urgency = $12, alone = $13, hush_until = $14
WHERE tenant_id = $1 AND matter_id = $2;

-- name: IncidentByID :one
SELECT * FROM alarm_incident WHERE tenant_id = $1 AND matter_id = $2;

-- name: OpenIn :many
SELECT matter_id, raised_at, urgency FROM alarm_incident
WHERE tenant_id = $1 AND open = 1 ORDER BY urgency, raised_at, matter_id LIMIT $2;

-- name: OpenInCompound :many
SELECT matter_id, raised_at, urgency FROM alarm_incident
WHERE tenant_id = $1 AND open = 1 AND compound_id = $2 ORDER BY urgency, raised_at, matter_id LIMIT $3;

-- name: OpenInBuilding :many
SELECT matter_id, raised_at, urgency FROM alarm_incident
WHERE tenant_id = $1 AND open = 1 AND building_id = $2 ORDER BY urgency, raised_at, matter_id LIMIT $3;

-- name: MarkBuilding :exec
UPDATE alarm_incident SET building_at = CASE WHEN building_at = 0 THEN $3 ELSE building_at END WHERE tenant_id = $1 AND matter_id = $2;

-- name: DangerIn :many
SELECT matter_id FROM alarm_incident
WHERE tenant_id = $1 AND open = 1 AND building_id = $2 AND drill = 0 AND kind IN ('smoke', 'gas', 'co', 'heat') AND matter_id <> $3
ORDER BY urgency, raised_at, matter_id LIMIT 1;

-- name: PastIncidents :many
SELECT * FROM alarm_incident WHERE tenant_id = $1 AND open = 0 AND raised_at < $2 ORDER BY raised_at DESC, matter_id DESC LIMIT $3;

-- name: Entrapments :many
SELECT * FROM alarm_incident WHERE tenant_id = $1 AND kind || '' = 'entrapment' AND raised_at >= $2 AND drill = 0 ORDER BY raised_at DESC, matter_id DESC;

-- name: LastOf :one
SELECT * FROM alarm_incident WHERE tenant_id = $1 AND device_id = $2 AND kind = $3 AND open = 0 ORDER BY raised_at DESC LIMIT 1;

-- name: ClosedWithCause :many
SELECT matter_id, raised_at FROM alarm_incident
WHERE tenant_id = $1 AND device_id = $2 AND kind = $3 AND open = 0 AND cause = $4 AND raised_at >= $5 AND drill = 0 ORDER BY raised_at;

-- name: NearbyOpen :many
SELECT matter_id FROM alarm_incident
WHERE tenant_id = $1 AND open = 1 AND building_id = $2 AND raised_at >= $3 AND matter_id <> $4
ORDER BY urgency, raised_at, matter_id LIMIT 1;

-- name: ClaimOpen :execrows
INSERT INTO alarm_open (tenant_id, device_id, kind, matter_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, device_id, kind) DO NOTHING;

-- name: OpenOf :one
SELECT matter_id FROM alarm_open WHERE tenant_id = $1 AND device_id = $2 AND kind = $3;

-- name: ReleaseOpen :exec
DELETE FROM alarm_open WHERE tenant_id = $1 AND device_id = $2 AND kind = $3;

-- name: AddResponder :exec
INSERT INTO alarm_responder (tenant_id, matter_id, person_id, audience, handed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, matter_id, person_id) DO NOTHING;

-- name: AddCalled :exec
INSERT INTO alarm_responder (tenant_id, matter_id, person_id, audience, handed_at)
SELECT i.tenant_id, i.matter_id, w.person_id, w.audience, i.called_at FROM alarm_incident i
JOIN alarm_wave w ON w.tenant_id = i.tenant_id AND w.wave_id = i.wave_id AND w.person_id = $3
WHERE i.tenant_id = $1 AND i.matter_id = $2
ON CONFLICT (tenant_id, matter_id, person_id) DO NOTHING;

-- name: Answer :execrows
UPDATE alarm_responder SET answered_at = CASE WHEN answer = $4 THEN answered_at ELSE $5 END, answer = $4, due_at = $6
WHERE tenant_id = $1 AND matter_id = $2 AND person_id = $3;

-- name: AtDoor :execrows
UPDATE alarm_responder SET door_at = $4, answer = 'going', answered_at = CASE WHEN answered_at = 0 THEN $4 ELSE answered_at END
WHERE tenant_id = $1 AND matter_id = $2 AND person_id = $3;

-- name: NotAtDoor :execrows
UPDATE alarm_responder SET door_at = 0 WHERE tenant_id = $1 AND matter_id = $2 AND person_id = $3;

-- name: Responders :many
SELECT * FROM alarm_called WHERE tenant_id = $1 AND matter_id = $2 ORDER BY audience, answered_at DESC, person_id;

-- name: AnswerOf :many
SELECT answer FROM alarm_called WHERE tenant_id = $1 AND matter_id = $2 AND person_id = $3;

-- name: BeginDuty :exec
INSERT INTO alarm_duty (tenant_id, id, person_id, place_id, since, session_id) VALUES ($1, $2, $3, $4, $5, $6);

-- name: EndDuty :many
UPDATE alarm_duty SET until = $4 WHERE tenant_id = $1 AND person_id = $2 AND place_id = $3 AND until = 0 RETURNING *;

-- name: OnDuty :many
SELECT * FROM alarm_duty WHERE tenant_id = $1 AND until = 0 ORDER BY since, id;

-- name: DutyOf :many
SELECT * FROM alarm_duty WHERE tenant_id = $1 AND person_id = $2 AND until = 0 ORDER BY since, id;

-- name: PastDuty :many
SELECT * FROM alarm_duty WHERE tenant_id = $1 AND until > 0 ORDER BY until DESC, id DESC LIMIT $2;

-- name: Beat :exec
UPDATE alarm_duty SET seen_at = $3, lost_at = 0, session_id = $4 WHERE tenant_id = $1 AND person_id = $2 AND until = 0;

-- name: Lose :exec
UPDATE alarm_duty SET lost_at = $3 WHERE tenant_id = $1 AND person_id = $2 AND until = 0 AND lost_at = 0;

-- name: Offer :execrows
UPDATE alarm_duty SET offered_to = $4, note = $5 WHERE tenant_id = $1 AND person_id = $2 AND place_id = $3 AND until = 0;

-- name: AddShift :exec
INSERT INTO alarm_shift (tenant_id, id, place_id, person_id, from_at, to_at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: DropShift :execrows
UPDATE alarm_shift SET dropped = $3 WHERE tenant_id = $1 AND id = $2 AND dropped = 0;

-- name: ShiftsBetween :many
SELECT * FROM alarm_shift WHERE tenant_id = $1 AND dropped = 0 AND to_at > $2 AND from_at < $3 ORDER BY from_at, id LIMIT 500;

-- name: ShiftByID :one
SELECT * FROM alarm_shift WHERE tenant_id = $1 AND id = $2 AND dropped = 0;

-- name: HomeClosedWithCause :many
SELECT i.matter_id FROM alarm_incident i
JOIN matter_head h ON h.tenant_id = i.tenant_id AND h.id = i.matter_id
WHERE i.tenant_id = $1 AND i.open = 0 AND i.raised_at >= $2 AND i.cause = $3 AND i.drill = 0 AND h.place_id = $4
ORDER BY i.raised_at;

-- name: InsertFollowup :exec
INSERT INTO alarm_followup (tenant_id, matter_id, incident_id, what, open, raised_at) VALUES ($1, $2, $3, $4, 1, $5);

-- name: SettleFollowup :exec
UPDATE alarm_followup SET chosen = $3, open = $4 WHERE tenant_id = $1 AND matter_id = $2;

-- name: FollowupByID :one
SELECT * FROM alarm_followup WHERE tenant_id = $1 AND matter_id = $2;

-- name: OpenFollowups :many
SELECT * FROM alarm_followup WHERE tenant_id = $1 AND open = 1 ORDER BY raised_at, matter_id LIMIT $2;

-- name: FollowupsOf :many
SELECT * FROM alarm_followup WHERE tenant_id = $1 AND incident_id = $2 ORDER BY raised_at, matter_id;

-- name: OpenTrial :exec
INSERT INTO alarm_trial (tenant_id, id, place_id, device_id, person_id, from_at, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: TrialsUntil :many
SELECT * FROM alarm_trial WHERE tenant_id = $1 AND until_at > $2 ORDER BY until_at, id;

-- name: EndTrial :exec
UPDATE alarm_trial SET until_at = $3 WHERE tenant_id = $1 AND id = $2 AND until_at > $3;

-- name: OpenTrials :many
SELECT * FROM alarm_trial WHERE tenant_id = $1 AND from_at <= $2 AND until_at > $2 ORDER BY until_at, id;

-- name: OpenOfTrial :many
SELECT matter_id FROM alarm_incident WHERE tenant_id = $1 AND open = 1 AND trial_id = $2 ORDER BY raised_at, matter_id;

-- name: HushedAt :many
SELECT i.matter_id FROM alarm_incident i
JOIN matter_head h ON h.tenant_id = i.tenant_id AND h.id = i.matter_id
WHERE i.tenant_id = $1 AND i.open = 1 AND i.hush_until > 0 AND i.hush_until + 0 > $2 AND i.matter_id <> $3 AND h.place_id = $4
ORDER BY i.matter_id;

-- name: OpenAt :many
SELECT matter_id FROM alarm_incident
WHERE tenant_id = $1 AND place_id = $2 AND open = 1 AND drill = 0
ORDER BY urgency, raised_at, matter_id LIMIT 3;

-- name: ToldOpen :many
SELECT matter_id, building_id, building_at FROM alarm_incident
WHERE tenant_id = $1 AND open = 1 AND building_at > 0 ORDER BY building_at, matter_id LIMIT 100;

-- name: SayHeadcount :exec
INSERT INTO alarm_headcount (tenant_id, building_id, id, matter_id, place_id, person_id, answer, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: HeadcountSince :many
SELECT * FROM alarm_headcount WHERE tenant_id = $1 AND building_id = $2 AND at >= $3 ORDER BY at, id;
