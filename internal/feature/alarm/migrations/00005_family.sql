-- +goose Up
-- Only the family is at the door: of those who serve there nobody has answered.
ALTER TABLE alarm_incident ADD COLUMN alone BIGINT NOT NULL DEFAULT 0;
