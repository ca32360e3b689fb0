-- +goose Up
-- What responders photographed on site: the picture and its small form.
CREATE TABLE alarm_photo (
    tenant_id TEXT   NOT NULL,
    matter_id TEXT   NOT NULL,
    hash      TEXT   NOT NULL,
    thumb     TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, matter_id, hash)
);
