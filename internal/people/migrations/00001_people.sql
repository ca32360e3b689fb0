-- +goose Up
CREATE TABLE people_organisation (
    tenant_id TEXT NOT NULL,
    id        TEXT NOT NULL,
    name      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);

-- A household lives in a dwelling from a day to a day.
CREATE TABLE people_household (
    tenant_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    place_id  TEXT   NOT NULL,
    ref       TEXT   NOT NULL,
    tenure    TEXT   NOT NULL DEFAULT '',
    occupancy TEXT   NOT NULL DEFAULT '',
    size      BIGINT NOT NULL DEFAULT 0,     -- people it says it has
    since     BIGINT NOT NULL,
    until     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, ref)
);
CREATE INDEX people_household_place ON people_household (tenant_id, place_id);

CREATE TABLE people_person (
    tenant_id        TEXT   NOT NULL,
    id               TEXT   NOT NULL,
    ref              TEXT   NOT NULL,
    household_id     TEXT   NOT NULL DEFAULT '',  -- empty: staff who do not live here
    name             TEXT   NOT NULL,             -- empty for a child under 14
    pinyin           TEXT   NOT NULL DEFAULT '',
    initials         TEXT   NOT NULL DEFAULT '',
    standing         TEXT   NOT NULL,             -- owner family tenant public_tenant staff
    age_band         TEXT   NOT NULL DEFAULT '',
    phone_sealed     TEXT   NOT NULL DEFAULT '',
    alone_sealed     TEXT   NOT NULL DEFAULT '',  -- 1 or 0, sealed: an elder who lives alone
    has_app          BIGINT NOT NULL DEFAULT 0,
    consent_version  TEXT   NOT NULL DEFAULT '',
    guardian_consent BIGINT NOT NULL DEFAULT 0,
    since            BIGINT NOT NULL,
    until            BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, ref)
);
CREATE INDEX people_person_household ON people_person (tenant_id, household_id);
CREATE INDEX people_person_order ON people_person (tenant_id, pinyin, id);

-- A post (岗位) is a role at a place, held by a person from a day to a day.
CREATE TABLE people_post (
    tenant_id       TEXT   NOT NULL,
    id              TEXT   NOT NULL,
    person_id       TEXT   NOT NULL,
    role            TEXT   NOT NULL,
    place_id        TEXT   NOT NULL,
    organisation_id TEXT   NOT NULL DEFAULT '',
    skill           TEXT   NOT NULL DEFAULT '',
    facts           TEXT   NOT NULL DEFAULT '{}', -- what else the register says, JSON, string values
    since           BIGINT NOT NULL,
    until           BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, person_id, role, place_id)
);
CREATE INDEX people_post_place ON people_post (tenant_id, place_id, role);
