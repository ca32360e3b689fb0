-- +goose Up
ALTER TABLE notify_message ADD COLUMN via TEXT NOT NULL DEFAULT ''; -- the gateway that was given the number; the number is nowhere
