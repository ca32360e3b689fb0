-- +goose Up
CREATE TABLE alarm_incident (
    tenant_id    TEXT   NOT NULL,
    matter_id    TEXT   NOT NULL,
    device_id    TEXT   NOT NULL,
    kind         TEXT   NOT NULL,              -- smoke gas co water_leak sos heat entrapment
    compound_id  TEXT   NOT NULL,
    building_id  TEXT   NOT NULL,
    drill        BIGINT NOT NULL,
    late         BIGINT NOT NULL,              -- ms between the device's time and ours, if it came late
    again        TEXT   NOT NULL DEFAULT '',   -- matter closed within ten minutes before, same device
    open         BIGINT NOT NULL,
    level        BIGINT NOT NULL DEFAULT 0,
    signals      BIGINT NOT NULL DEFAULT 1,
    raised_at    BIGINT NOT NULL,
    acked_at     BIGINT NOT NULL DEFAULT 0,
    door_at      BIGINT NOT NULL DEFAULT 0,
    cleared_at   BIGINT NOT NULL DEFAULT 0,    -- the detector sees nothing any more
    closed_at    BIGINT NOT NULL DEFAULT 0,
    fire         BIGINT NOT NULL DEFAULT 0,
    cause        TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, matter_id)
);
CREATE INDEX alarm_incident_open ON alarm_incident (tenant_id, open, raised_at, matter_id);
CREATE INDEX alarm_incident_device ON alarm_incident (tenant_id, device_id, kind, raised_at);

-- The one open incident of a device and kind.
CREATE TABLE alarm_open (
    tenant_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    kind      TEXT NOT NULL,
    matter_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, device_id, kind)
);

CREATE TABLE alarm_responder (
    tenant_id   TEXT   NOT NULL,
    matter_id   TEXT   NOT NULL,
    person_id   TEXT   NOT NULL,
    audience    TEXT   NOT NULL,               -- property committee volunteer subdistrict
    handed_at   BIGINT NOT NULL,
    answer      TEXT   NOT NULL DEFAULT '',    -- going cannot
    answered_at BIGINT NOT NULL DEFAULT 0,
    door_at     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, matter_id, person_id)
);

-- Who is on duty (值班), from an instant to an instant.
CREATE TABLE alarm_duty (
    tenant_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    place_id  TEXT   NOT NULL,
    since     BIGINT NOT NULL,
    until     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX alarm_duty_now ON alarm_duty (tenant_id, place_id, until);
