-- +goose Up
-- Until then the session is kept open at the alarm desk also when nobody
-- touches it: its holder is on duty.
ALTER TABLE people_session ADD COLUMN duty_until BIGINT NOT NULL DEFAULT 0;
