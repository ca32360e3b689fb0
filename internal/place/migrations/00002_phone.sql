-- +goose Up
-- The telephone of the neighbourhood's committee office, for who would rather
-- call; empty if the register has none.
ALTER TABLE place_tenant ADD COLUMN phone TEXT NOT NULL DEFAULT '';
