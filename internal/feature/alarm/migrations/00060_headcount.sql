-- +goose Up
-- What those who live in a building that was told say of themselves (报平安). Each
-- answer is a row; of a person the latest counts.
CREATE TABLE alarm_headcount (
    tenant_id   TEXT   NOT NULL,
    building_id TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    matter_id   TEXT   NOT NULL,               -- the incident whose page they said it on
    place_id    TEXT   NOT NULL,               -- their dwelling
    person_id   TEXT   NOT NULL,               -- who said it: they, or who goes to help them
    answer      TEXT   NOT NULL,               -- safe help coming
    at          BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, building_id, id)
);
CREATE INDEX alarm_headcount_since ON alarm_headcount (tenant_id, building_id, at, id);
-- Every page of a resident asks whether a building was told: mostly none was.
CREATE INDEX alarm_incident_told ON alarm_incident (tenant_id, building_at, matter_id) WHERE open = 1 AND building_at > 0;
