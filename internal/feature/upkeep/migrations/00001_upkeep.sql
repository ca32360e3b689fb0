-- +goose Up
-- What a device needs (检修单): keyed by its matter.
CREATE TABLE upkeep_ticket (
    tenant_id TEXT   NOT NULL,
    matter_id TEXT   NOT NULL,
    device_id TEXT   NOT NULL,
    cause     TEXT   NOT NULL,              -- battery tamper fault silent not_understood replace qos0 false_alarms lift
    spot      TEXT   NOT NULL,              -- 厨房
    open      BIGINT NOT NULL DEFAULT 1,
    by_itself BIGINT NOT NULL,              -- closes when the device is well again
    well_at   BIGINT NOT NULL DEFAULT 0,    -- the device reports no trouble since; 0: it has it
    times     BIGINT NOT NULL DEFAULT 1,    -- how often it was reported
    remedy    TEXT   NOT NULL DEFAULT '',   -- battery cleaned repaired replaced moved mapped nothing
    PRIMARY KEY (tenant_id, matter_id)
);
CREATE UNIQUE INDEX upkeep_ticket_open ON upkeep_ticket (tenant_id, device_id, cause) WHERE open = 1;
CREATE INDEX upkeep_ticket_device ON upkeep_ticket (tenant_id, device_id, matter_id);
CREATE INDEX upkeep_ticket_list ON upkeep_ticket (tenant_id, open, matter_id);
