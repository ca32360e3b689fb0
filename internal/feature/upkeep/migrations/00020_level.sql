-- +goose Up
-- How often in a row it was late: 1 the committee was told, 2 the subdistrict.
ALTER TABLE upkeep_ticket ADD COLUMN level BIGINT NOT NULL DEFAULT 0;
-- What climbed, for the subdistrict's list.
CREATE INDEX upkeep_ticket_level ON upkeep_ticket (tenant_id, level, open, matter_id);
