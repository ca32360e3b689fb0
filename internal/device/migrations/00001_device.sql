-- +goose Up
-- One row for each detector, sensor, gateway and camera.
CREATE TABLE device_unit (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    key          TEXT   NOT NULL,             -- as its messages name it: zigbee:0x00158d…, ctwing:acf7…
    name         TEXT   NOT NULL DEFAULT '',  -- what its bridge calls it
    make         TEXT   NOT NULL DEFAULT '',  -- id of a make, or vendor and model as it says itself
    product      TEXT   NOT NULL DEFAULT '',  -- as its cloud calls the product
    kinds        TEXT   NOT NULL DEFAULT '',  -- what it reports, by spaces
    life_safety  BIGINT NOT NULL DEFAULT 0,
    power        TEXT   NOT NULL DEFAULT '',  -- battery mains gateway camera
    place_id     TEXT   NOT NULL DEFAULT '',
    household_id TEXT   NOT NULL DEFAULT '',
    bay          TEXT   NOT NULL DEFAULT '',  -- the register's key of a bay
    spot         TEXT   NOT NULL DEFAULT '',  -- 厨房
    bridge       TEXT   NOT NULL DEFAULT '',  -- key of the device it speaks through
    claimed_at   BIGINT NOT NULL DEFAULT 0,   -- bound to a place; 0: unclaimed
    installed    BIGINT NOT NULL DEFAULT 0,
    replace_by   BIGINT NOT NULL DEFAULT 0,
    heartbeat_s  BIGINT NOT NULL DEFAULT 0,   -- 0: not known
    last_seen    BIGINT NOT NULL DEFAULT 0,
    quiet_at     BIGINT NOT NULL DEFAULT 0,   -- counts as silent from then on; 0: not watched
    silent       BIGINT NOT NULL DEFAULT 0,
    battery      BIGINT NOT NULL DEFAULT -1,  -- per cent; -1: not known
    state        TEXT   NOT NULL DEFAULT '{}',
    trouble      TEXT   NOT NULL DEFAULT '',  -- by spaces
    remind_at    BIGINT NOT NULL DEFAULT 0,   -- a low battery is told again
    tested_at    BIGINT NOT NULL DEFAULT 0,
    misses       BIGINT NOT NULL DEFAULT 0,   -- messages in a row that nobody understood
    seq          BIGINT NOT NULL DEFAULT 0,   -- readings kept so far
    fields       TEXT   NOT NULL DEFAULT 'null', -- what a Zigbee device says it reports
    since        BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, key)
);
CREATE INDEX device_unit_bridge ON device_unit (tenant_id, bridge, name);
CREATE INDEX device_unit_place ON device_unit (tenant_id, place_id);
CREATE INDEX device_unit_quiet ON device_unit (tenant_id, silent, quiet_at);
CREATE INDEX device_unit_remind ON device_unit (tenant_id, remind_at);
CREATE INDEX device_unit_replace ON device_unit (tenant_id, replace_by);
CREATE INDEX device_unit_safety ON device_unit (tenant_id, life_safety, tested_at);

-- Who may send. Only the digest of the password is kept.
CREATE TABLE device_credential (
    tenant_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    username  TEXT   NOT NULL,
    digest    TEXT   NOT NULL,
    format    TEXT   NOT NULL,
    topic     TEXT   NOT NULL DEFAULT '',     -- may publish to it and below
    client_id TEXT   NOT NULL DEFAULT '',     -- empty: any
    unit_key  TEXT   NOT NULL,                -- the device or bridge it belongs to
    since     BIGINT NOT NULL,
    ended_at  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, username)
);

-- The last changes of each device: slot is the change's number modulo 200.
CREATE TABLE device_reading (
    tenant_id TEXT   NOT NULL,
    unit_id   TEXT   NOT NULL,
    slot      BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    at        BIGINT NOT NULL,                -- received
    kind      TEXT   NOT NULL,
    value     TEXT   NOT NULL,
    unit      TEXT   NOT NULL,
    test      BIGINT NOT NULL,
    late      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, unit_id, slot)
);

-- What the operator installed to understand a product: a TS013 script, a
-- mapping, or both.
CREATE TABLE device_codec (
    tenant_id TEXT   NOT NULL,
    format    TEXT   NOT NULL,
    product   TEXT   NOT NULL,
    name      TEXT   NOT NULL,
    script    TEXT   NOT NULL DEFAULT '',
    mapping   TEXT   NOT NULL DEFAULT '',
    digest    TEXT   NOT NULL,                -- SHA-256 of script and mapping
    by_id     TEXT   NOT NULL,                -- person
    since     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, format, product)
);
