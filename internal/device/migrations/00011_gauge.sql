-- +goose Up
-- The curve of what a detector that guards lives measures: slot is the point's
-- number modulo 240, for each kind.
CREATE TABLE device_gauge (
    tenant_id TEXT   NOT NULL,
    unit_id   TEXT   NOT NULL,
    kind      TEXT   NOT NULL,
    slot      BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    value     TEXT   NOT NULL,               -- decimal
    PRIMARY KEY (tenant_id, unit_id, kind, slot)
);
