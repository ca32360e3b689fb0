-- +goose Up
-- A message whose decoding failed for a reason of ours is tried again.
ALTER TABLE inbox_message ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE inbox_message ADD COLUMN again_at BIGINT NOT NULL DEFAULT 0; -- not before then
