-- +goose Up
-- The incidents of one kind by time: how often people are held in lifts.
CREATE INDEX alarm_incident_kind ON alarm_incident (tenant_id, kind, raised_at, matter_id);
