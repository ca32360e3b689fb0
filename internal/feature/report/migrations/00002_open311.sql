-- +goose Up
-- Keys of programs that report through Open311. They belong to the subdistrict
-- office; of the key itself only a keyed digest is kept.
CREATE TABLE report_api_key (
    tenant_id  TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    digest     TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX report_api_key_digest ON report_api_key (tenant_id, digest);

-- How to reach the person behind a report of another program, sealed.
CREATE TABLE report_contact (
    tenant_id TEXT NOT NULL,
    matter_id TEXT NOT NULL,
    sealed    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, matter_id)
);
