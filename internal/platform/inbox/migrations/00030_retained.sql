-- +goose Up
-- The last message of each topic that its sender wanted kept for whoever
-- subscribes later.
CREATE TABLE inbox_retained (
    tenant_id  TEXT   NOT NULL,
    device     TEXT   NOT NULL,
    topic      TEXT   NOT NULL,
    size       BIGINT NOT NULL, -- bytes of the message
    expires_at BIGINT NOT NULL, -- 0: never
    form       TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, device, topic)
);
CREATE INDEX inbox_retained_size ON inbox_retained (tenant_id, device, size);
CREATE INDEX inbox_retained_expiry ON inbox_retained (tenant_id, device, expires_at) WHERE expires_at <> 0;
