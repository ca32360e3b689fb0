-- +goose Up
-- A household's code on paper. Only its digest is kept; the newest that is
-- neither ended nor expired opens the door.
CREATE TABLE people_code (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    household_id TEXT   NOT NULL,
    digest       TEXT   NOT NULL,
    issued_by    TEXT   NOT NULL,            -- person id
    issued_at    BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, digest)
);
CREATE INDEX people_code_household ON people_code (tenant_id, household_id, ended_at);

-- Wrong tries by whom they came from or what they were aimed at. The key is a
-- digest where it would otherwise be personal.
CREATE TABLE people_throttle (
    tenant_id TEXT   NOT NULL,
    subject   TEXT   NOT NULL,
    failures  BIGINT NOT NULL DEFAULT 0,
    last_at   BIGINT NOT NULL DEFAULT 0,
    until     BIGINT NOT NULL DEFAULT 0,     -- no try is taken before this instant
    PRIMARY KEY (tenant_id, subject)
);

-- Which login belongs to whom. Kept by the subdistrict office, because a login
-- is typed before the neighbourhood is known.
CREATE TABLE people_login (
    tenant_id   TEXT   NOT NULL,
    login       TEXT   NOT NULL,
    home_tenant TEXT   NOT NULL,
    person_id   TEXT   NOT NULL,
    claimed_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, login)
);

-- A staff account that finished its set-up.
CREATE TABLE people_account (
    tenant_id   TEXT   NOT NULL,
    person_id   TEXT   NOT NULL,
    login       TEXT   NOT NULL,
    password    TEXT   NOT NULL,             -- argon2id in PHC form
    totp_sealed TEXT   NOT NULL,
    last_step   BIGINT NOT NULL,             -- newest one-time code used, as its 30 s step
    enrolled_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, person_id)
);

CREATE TABLE people_recovery (
    tenant_id TEXT   NOT NULL,
    digest    TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    used_at   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, digest)
);
CREATE INDEX people_recovery_person ON people_recovery (tenant_id, person_id);

-- A one-time link to set up an account, with what was chosen so far.
CREATE TABLE people_link (
    tenant_id   TEXT   NOT NULL,
    digest      TEXT   NOT NULL,
    person_id   TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL,
    used_at     BIGINT NOT NULL DEFAULT 0,
    login       TEXT   NOT NULL DEFAULT '',
    password    TEXT   NOT NULL DEFAULT '',
    totp_sealed TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, digest)
);
CREATE INDEX people_link_person ON people_link (tenant_id, person_id);

CREATE TABLE people_session (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    person_id    TEXT   NOT NULL,
    kind         TEXT   NOT NULL,            -- resident staff half
    digest       TEXT   NOT NULL,
    prior_digest TEXT   NOT NULL DEFAULT '', -- the token before the last rotation
    prior_until  BIGINT NOT NULL DEFAULT 0,  -- how long it is still taken
    rotate       BIGINT NOT NULL DEFAULT 0,  -- 1: give a new token at the next request
    device       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, digest)
);
CREATE INDEX people_session_prior ON people_session (tenant_id, prior_digest);
CREATE INDEX people_session_person ON people_session (tenant_id, person_id, ended_at);

-- Who read and changed what. Rows are only added; each carries the hash of the
-- one before. Ids only, nothing personal.
CREATE TABLE people_audit (
    tenant_id   TEXT   NOT NULL,
    seq         BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    actor_id    TEXT   NOT NULL,
    session_id  TEXT   NOT NULL,
    action      TEXT   NOT NULL,
    resource    TEXT   NOT NULL,
    resource_id TEXT   NOT NULL,
    fields      TEXT   NOT NULL,             -- names only, separated by a space
    prev_hash   TEXT   NOT NULL,
    hash        TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
CREATE TABLE people_audit_head (
    tenant_id TEXT   NOT NULL PRIMARY KEY,
    seq       BIGINT NOT NULL,
    hash      TEXT   NOT NULL
);
