-- +goose Up
-- What an office says instead of a row of the file. Entries are added, never changed; one without value says that the file is right again.
CREATE TABLE rules_override (
    tenant_id TEXT   NOT NULL,
    seq       BIGINT NOT NULL,
    rule_id   TEXT   NOT NULL,
    value     TEXT   NOT NULL,
    source    TEXT   NOT NULL,
    article   TEXT   NOT NULL,
    reason    TEXT   NOT NULL,
    from_day  TEXT   NOT NULL,
    until_day TEXT   NOT NULL,
    by_id     TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
