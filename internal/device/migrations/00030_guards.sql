-- +goose Up
-- The danger that a device was bound against; empty: nobody said.
ALTER TABLE device_unit ADD COLUMN guards TEXT NOT NULL DEFAULT '';
