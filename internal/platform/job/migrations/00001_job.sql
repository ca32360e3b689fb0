-- +goose Up
CREATE TABLE job_due (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    due_at       BIGINT NOT NULL,
    payload      TEXT   NOT NULL,
    attempts     BIGINT NOT NULL DEFAULT 0,
    leased_until BIGINT NOT NULL DEFAULT 0,
    dead         BIGINT NOT NULL DEFAULT 0,
    trouble      TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, kind, name)
);
CREATE INDEX job_due_at ON job_due (tenant_id, dead, due_at);
