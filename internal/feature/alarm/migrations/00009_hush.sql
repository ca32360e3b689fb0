-- +goose Up
-- Until when the detector on site is hushed for cooking; 0: it is not.
ALTER TABLE alarm_incident ADD COLUMN hush_until BIGINT NOT NULL DEFAULT 0;
-- In a storm a new alarm must not read all that are open to find the hushed.
CREATE INDEX alarm_incident_hush ON alarm_incident (tenant_id, open, hush_until, matter_id);
