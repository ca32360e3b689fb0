-- +goose Up
-- A fire station says who it is by its address and by where it calls from.
ALTER TABLE device_credential ADD COLUMN station TEXT NOT NULL DEFAULT '';  -- twelve hexadecimal digits
ALTER TABLE device_credential ADD COLUMN peers TEXT NOT NULL DEFAULT '';    -- networks it may call from, by spaces; empty: private ones
CREATE UNIQUE INDEX device_credential_station ON device_credential (tenant_id, station) WHERE station <> '' AND ended_at = 0;

ALTER TABLE device_unit ADD COLUMN alarming BIGINT NOT NULL DEFAULT 0;      -- it sees danger or water now
ALTER TABLE device_unit ADD COLUMN told TEXT NOT NULL DEFAULT '{}';         -- when people were last told of each trouble

-- Brokers of others that we listen to as a client. What they bring comes in
-- under a credential of ours.
CREATE TABLE device_link (
    tenant_id  TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    server     TEXT   NOT NULL,             -- mqtt://host:port or mqtts://host:port
    username   TEXT   NOT NULL,
    sealed     TEXT   NOT NULL,             -- its password
    filter     TEXT   NOT NULL,             -- topics to subscribe to
    credential TEXT   NOT NULL,             -- name of our credential
    since      BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL DEFAULT 0,
    holder     TEXT   NOT NULL DEFAULT '',  -- the node that has the connection
    held_until BIGINT NOT NULL DEFAULT 0,
    up_at      BIGINT NOT NULL DEFAULT 0,   -- connected since; 0: not
    trouble    TEXT   NOT NULL DEFAULT '',  -- why it is not, as a words key
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX device_link_credential ON device_link (tenant_id, credential);
