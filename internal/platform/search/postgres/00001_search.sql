-- +goose Up
CREATE TABLE search_doc (
    tenant_id TEXT     NOT NULL,
    room      TEXT     NOT NULL,
    id        TEXT     NOT NULL,
    seq       BIGINT   GENERATED ALWAYS AS IDENTITY,
    body      TSVECTOR NOT NULL,
    PRIMARY KEY (tenant_id, room, id, seq)
);
CREATE INDEX search_doc_body ON search_doc USING GIN (body);
