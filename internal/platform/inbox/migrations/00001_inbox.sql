-- +goose Up
CREATE TABLE inbox_message (
    tenant_id   TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    source      TEXT   NOT NULL,
    device      TEXT   NOT NULL,
    topic       TEXT   NOT NULL,
    form        TEXT   NOT NULL,
    body        TEXT   NOT NULL,
    urgent      BIGINT NOT NULL,
    unsure      BIGINT NOT NULL,
    note        TEXT   NOT NULL,
    once_key    TEXT   NOT NULL,
    received_at BIGINT NOT NULL,
    decoded_at  BIGINT NOT NULL DEFAULT 0,
    replays     BIGINT NOT NULL DEFAULT 0,
    trouble     TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX inbox_message_once ON inbox_message (tenant_id, device, once_key) WHERE once_key <> '';
CREATE INDEX inbox_message_waiting ON inbox_message (tenant_id, urgent, id) WHERE decoded_at = 0;
CREATE INDEX inbox_message_trouble ON inbox_message (tenant_id, id) WHERE trouble <> '';
CREATE INDEX inbox_message_device ON inbox_message (tenant_id, device, id);
