-- +goose Up
-- When it was promised: if the clock goes back behind that, what counts a span from then waits that span and no longer.
ALTER TABLE job_due ADD COLUMN added_at BIGINT NOT NULL DEFAULT 0;
