-- +goose Up
-- When the whole building was told (通知全楼); 0: it was not.
ALTER TABLE alarm_incident ADD COLUMN building_at BIGINT NOT NULL DEFAULT 0;
