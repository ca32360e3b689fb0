-- +goose Up
-- The kinds of trouble belong to the subdistrict office.
CREATE TABLE report_category (
    tenant_id   TEXT   NOT NULL,
    code        TEXT   NOT NULL,
    sort        BIGINT NOT NULL,
    group_code  TEXT   NOT NULL,
    group_zh    TEXT   NOT NULL,
    group_en    TEXT   NOT NULL,
    zh          TEXT   NOT NULL,
    en          TEXT   NOT NULL,
    handler     TEXT   NOT NULL,
    accept_min  BIGINT NOT NULL,
    resolve_h   BIGINT NOT NULL,
    escalate_to TEXT   NOT NULL DEFAULT '',
    priority    TEXT   NOT NULL,
    law         TEXT   NOT NULL DEFAULT '',
    retired_at  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, code)
);

CREATE TABLE report_detail (
    tenant_id   TEXT   NOT NULL,
    matter_id   TEXT   NOT NULL,
    category    TEXT   NOT NULL,
    compound_id TEXT   NOT NULL,
    building_id TEXT   NOT NULL,
    spot        TEXT   NOT NULL,             -- 11 楼楼道, in the reporter's words
    words       TEXT   NOT NULL,
    anonymous   BIGINT NOT NULL,
    source      TEXT   NOT NULL,             -- app | desk | open311 | api | register
    happened_at BIGINT NOT NULL,             -- when it was photographed; earlier than raised_at if sent later
    raised_at   BIGINT NOT NULL,             -- as in the head, for the indexes
    open        BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,             -- as in the head, for the index
    level       BIGINT NOT NULL,             -- how far a missed deadline has climbed
    accept_by   BIGINT NOT NULL,
    mend_by     BIGINT NOT NULL,
    taken_at    BIGINT NOT NULL DEFAULT 0,
    finished_at BIGINT NOT NULL DEFAULT 0,
    closed_at   BIGINT NOT NULL DEFAULT 0,
    rating      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, matter_id)
);
CREATE INDEX report_detail_all ON report_detail (tenant_id, raised_at, matter_id);
CREATE INDEX report_detail_newest ON report_detail (tenant_id, compound_id, raised_at, matter_id);
CREATE INDEX report_detail_kind ON report_detail (tenant_id, category, raised_at, matter_id);
CREATE INDEX report_detail_open ON report_detail (tenant_id, open, due_at, matter_id);

CREATE TABLE report_photo (
    tenant_id TEXT   NOT NULL,
    matter_id TEXT   NOT NULL,
    seq       BIGINT NOT NULL,               -- entry it came with
    place     BIGINT NOT NULL,               -- order within the entry
    hash      TEXT   NOT NULL,
    thumb     TEXT   NOT NULL,
    width     BIGINT NOT NULL,
    height    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, matter_id, seq, place)
);

-- What reached the subdistrict office: its own copy of the head, by neighbourhood.
CREATE TABLE report_case (
    tenant_id     TEXT   NOT NULL,           -- the subdistrict
    matter_id     TEXT   NOT NULL,
    neighbourhood TEXT   NOT NULL,
    number        TEXT   NOT NULL,
    category      TEXT   NOT NULL,
    place         TEXT   NOT NULL,
    since         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, matter_id)
);
CREATE INDEX report_case_since ON report_case (tenant_id, since, matter_id);
