-- +goose Up
-- When somebody who goes said that they would be there; 0: they did not say.
ALTER TABLE alarm_responder ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
