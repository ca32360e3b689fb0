-- +goose Up
CREATE TABLE matter_head (
    tenant_id     TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    number        TEXT   NOT NULL,
    kind          TEXT   NOT NULL,
    place_id      TEXT   NOT NULL,
    raised_by     TEXT   NOT NULL,
    phase         TEXT   NOT NULL,
    holder_group  TEXT   NOT NULL,
    holder_person TEXT   NOT NULL,
    due_at        BIGINT NOT NULL,
    visibility    TEXT   NOT NULL,
    version       BIGINT NOT NULL,   -- entries in the timeline
    raised_at     BIGINT NOT NULL,
    changed_at    BIGINT NOT NULL,
    last_hash     TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, number)
);
CREATE INDEX matter_head_newest ON matter_head (tenant_id, kind, raised_at, id);
CREATE INDEX matter_head_raised_by ON matter_head (tenant_id, raised_by, raised_at);

CREATE TABLE matter_entry (
    tenant_id  TEXT   NOT NULL,
    matter_id  TEXT   NOT NULL,
    seq        BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    actor_id   TEXT   NOT NULL,
    actor_group TEXT  NOT NULL,
    verb       TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    args       TEXT   NOT NULL,
    photos     TEXT   NOT NULL,
    audience   TEXT   NOT NULL,
    prev_hash  TEXT   NOT NULL,
    hash       TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, matter_id, seq)
);

CREATE TABLE matter_link (
    tenant_id TEXT   NOT NULL,
    from_id   TEXT   NOT NULL,
    kind      TEXT   NOT NULL,
    to_id     TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, from_id, kind, to_id)
);
CREATE INDEX matter_link_to ON matter_link (tenant_id, to_id);

CREATE TABLE matter_counter (
    tenant_id TEXT   NOT NULL,
    series    TEXT   NOT NULL,
    last      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, series)
);

CREATE TABLE matter_key (
    tenant_id TEXT   NOT NULL,
    key       TEXT   NOT NULL,
    matter_id TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, key)
);
