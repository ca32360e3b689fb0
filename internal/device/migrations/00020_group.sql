-- +goose Up
-- The groups of a Zigbee bridge: they have a name and speak, and are no device.
CREATE TABLE device_group (
    tenant_id TEXT NOT NULL,
    bridge    TEXT NOT NULL,                  -- key of the bridge
    name      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, bridge, name)
);
