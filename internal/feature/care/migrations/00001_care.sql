-- +goose Up

-- An elder who lives alone (独居老人). Who it is and where they live stands in
-- the sealed text only: the row itself names nobody. The keys are digests under
-- the house's own key, to find a row by its person or family.
CREATE TABLE care_elder (
    tenant_id     TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    person_key    TEXT   NOT NULL,             -- digest; its own id once withdrawn
    building_id   TEXT   NOT NULL,
    grade         TEXT   NOT NULL,             -- id of a row of rules/grades.csv
    ground        TEXT   NOT NULL,             -- id of a row of rules/grounds.csv
    sealed        TEXT   NOT NULL,             -- the sheet; empty once withdrawn
    paper_sealed  TEXT   NOT NULL DEFAULT '',  -- photograph of the signed paper
    entered_by    TEXT   NOT NULL,
    entered_at    BIGINT NOT NULL,
    changed_at    BIGINT NOT NULL,
    withdrawn_at  BIGINT NOT NULL DEFAULT 0,
    withdrawn_how TEXT   NOT NULL DEFAULT '',  -- self family staff ended
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, person_key)
);
CREATE INDEX care_elder_ended ON care_elder (tenant_id, withdrawn_at, building_id);

-- Who may open the sheet: the named carers.
CREATE TABLE care_carer (
    tenant_id TEXT   NOT NULL,
    elder_id  TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    duty      TEXT   NOT NULL,                 -- responsible volunteer
    turn      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, elder_id, person_id)
);
CREATE INDEX care_carer_person ON care_carer (tenant_id, person_id);

-- Family who are on the neighbourhood's register, as digests.
CREATE TABLE care_kin (
    tenant_id TEXT NOT NULL,
    elder_id  TEXT NOT NULL,
    kin_key   TEXT NOT NULL,
    PRIMARY KEY (tenant_id, elder_id, kin_key)
);
CREATE INDEX care_kin_key ON care_kin (tenant_id, kin_key);

-- Who looked at a sheet, when and why. Never deleted.
CREATE TABLE care_look (
    tenant_id  TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    elder_id   TEXT   NOT NULL,
    viewer_id  TEXT   NOT NULL,
    session_id TEXT   NOT NULL,
    why        TEXT   NOT NULL,                -- care edit alarm
    about      TEXT   NOT NULL DEFAULT '',     -- matter of the alarm
    at         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX care_look_elder ON care_look (tenant_id, elder_id, at);
CREATE INDEX care_look_session ON care_look (tenant_id, session_id, about);

-- A promised visit (探望), keyed by its matter.
CREATE TABLE care_visit (
    tenant_id   TEXT   NOT NULL,
    matter_id   TEXT   NOT NULL,
    elder_id    TEXT   NOT NULL,
    volunteer_id TEXT NOT NULL,                -- whose turn it is
    due_at      BIGINT NOT NULL,
    open        BIGINT NOT NULL,
    missed      BIGINT NOT NULL DEFAULT 0,     -- how often its time passed
    outcome     TEXT   NOT NULL DEFAULT '',    -- visited nobody could_not settled withdrawn
    note_sealed TEXT   NOT NULL DEFAULT '',
    done_by     TEXT   NOT NULL DEFAULT '',
    done_at     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, matter_id)
);
CREATE INDEX care_visit_elder ON care_visit (tenant_id, elder_id, due_at);
CREATE INDEX care_visit_turn ON care_visit (tenant_id, volunteer_id, open, due_at);

-- When a volunteer is away.
CREATE TABLE care_away (
    tenant_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    from_at   BIGINT NOT NULL,
    until_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX care_away_person ON care_away (tenant_id, person_id, until_at);
