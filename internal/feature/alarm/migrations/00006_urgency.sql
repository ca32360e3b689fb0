-- +goose Up
-- What is looked at first: 0 nobody answered, 1 somebody goes or is there, 2 a drill.
ALTER TABLE alarm_incident ADD COLUMN urgency BIGINT NOT NULL DEFAULT 0;
UPDATE alarm_incident SET urgency = CASE WHEN drill = 1 THEN 2 WHEN acked_at > 0 THEN 1 ELSE 0 END;
CREATE INDEX alarm_incident_urgent ON alarm_incident (tenant_id, open, urgency, raised_at, matter_id);
CREATE INDEX alarm_incident_compound ON alarm_incident (tenant_id, open, compound_id, urgency, raised_at, matter_id);
CREATE INDEX alarm_incident_building ON alarm_incident (tenant_id, open, building_id, urgency, raised_at, matter_id);
