-- +goose Up
-- The first lasting client id that comes under the credential becomes its own.
ALTER TABLE device_credential ADD COLUMN pins BIGINT NOT NULL DEFAULT 0;
