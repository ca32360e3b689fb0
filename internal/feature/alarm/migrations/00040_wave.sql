-- +goose Up
-- Who is called together (第一批): the same people are called by each alarm of a
-- building, so an incident names their wave. A responder has a row of their own
-- once there is something to note of them.
CREATE TABLE alarm_wave (
    tenant_id TEXT NOT NULL,
    wave_id   TEXT NOT NULL,                 -- SHA-256 of its members and their parties
    person_id TEXT NOT NULL,
    audience  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, wave_id, person_id)
);
ALTER TABLE alarm_incident ADD COLUMN wave_id TEXT NOT NULL DEFAULT '';
ALTER TABLE alarm_incident ADD COLUMN called_at BIGINT NOT NULL DEFAULT 0;

CREATE VIEW alarm_called AS
SELECT r.tenant_id, r.matter_id, r.person_id, r.audience, r.handed_at, r.answer, r.answered_at, r.door_at, r.due_at FROM alarm_responder r
UNION ALL
SELECT i.tenant_id, i.matter_id, w.person_id, w.audience, i.called_at, '', 0, 0, 0 FROM alarm_incident i
JOIN alarm_wave w ON w.tenant_id = i.tenant_id AND w.wave_id = i.wave_id
WHERE NOT EXISTS (SELECT 1 FROM alarm_responder r WHERE r.tenant_id = i.tenant_id AND r.matter_id = i.matter_id AND r.person_id = w.person_id);

-- An alarm is entered into the indexes of what is open; into those of the past
-- when it is closed.
DROP INDEX alarm_incident_open;
CREATE INDEX alarm_incident_past ON alarm_incident (tenant_id, raised_at, matter_id) WHERE open = 0;
DROP INDEX alarm_incident_device;
CREATE INDEX alarm_incident_device ON alarm_incident (tenant_id, device_id, kind, raised_at) WHERE open = 0;
DROP INDEX alarm_incident_hush;
CREATE INDEX alarm_incident_hush ON alarm_incident (tenant_id, hush_until, matter_id) WHERE open = 1 AND hush_until > 0;
DROP INDEX alarm_incident_urgent;
CREATE INDEX alarm_incident_urgent ON alarm_incident (tenant_id, open, urgency, raised_at, matter_id) WHERE open = 1;
DROP INDEX alarm_incident_compound;
CREATE INDEX alarm_incident_compound ON alarm_incident (tenant_id, compound_id, urgency, raised_at, matter_id) WHERE open = 1;
DROP INDEX alarm_incident_building;
CREATE INDEX alarm_incident_building ON alarm_incident (tenant_id, building_id, urgency, raised_at, matter_id) WHERE open = 1;
DROP INDEX alarm_incident_place;
CREATE INDEX alarm_incident_place ON alarm_incident (tenant_id, place_id, urgency, raised_at, matter_id) WHERE open = 1;
DROP INDEX alarm_incident_kind;
-- Written as no query writes it: SQLite compiles a statement anew at each run that
-- compares a column with a parameter where a partial index compares it too.
CREATE INDEX alarm_incident_lift ON alarm_incident (tenant_id, raised_at, matter_id) WHERE kind || '' = 'entrapment';
