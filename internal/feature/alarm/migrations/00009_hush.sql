-- +goose Up
-- Until when the detector on site is hushed for cooking; 0: it is not.
ALTER TABLE alarm_incident ADD COLUMN hush_until BIGINT NOT NULL DEFAULT 0;
