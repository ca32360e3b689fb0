-- +goose Up
-- The photographs that came with the entries of cases. The files lie in the folder
-- of photographs, under the hash of what is in them.
CREATE TABLE picture_taken (
    tenant_id TEXT   NOT NULL,
    matter_id TEXT   NOT NULL,
    seq       BIGINT NOT NULL,               -- entry it came with
    place     BIGINT NOT NULL,               -- order within the entry
    hash      TEXT   NOT NULL,
    thumb     TEXT   NOT NULL,               -- hash of its small form
    width     BIGINT NOT NULL,               -- pixels; 0: not known
    height    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, matter_id, seq, place)
);
