-- +goose Up
-- What a program outside said of a report beside its words: the position it
-- gave, and a link to media. Nothing is fetched from there.
CREATE TABLE report_outside (
    tenant_id TEXT   NOT NULL,
    matter_id TEXT   NOT NULL,
    placed    BIGINT NOT NULL,               -- 1: a position was given
    lat       BIGINT NOT NULL,               -- WGS84, 0.0000001 degrees
    long      BIGINT NOT NULL,
    media_url TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, matter_id)
);
