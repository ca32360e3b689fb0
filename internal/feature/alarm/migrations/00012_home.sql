-- +goose Up
-- Where it calls, as its matter says: the home page of whoever lives there asks at every visit.
ALTER TABLE alarm_incident ADD COLUMN place_id TEXT NOT NULL DEFAULT '';
UPDATE alarm_incident SET place_id = COALESCE((SELECT h.place_id FROM matter_head h WHERE h.tenant_id = alarm_incident.tenant_id AND h.id = alarm_incident.matter_id), '') WHERE open = 1;
CREATE INDEX alarm_incident_place ON alarm_incident (tenant_id, place_id, open, urgency, raised_at, matter_id);
