-- +goose Up
-- A test window (测试窗口): until it closes, what the detectors of a home, or one
-- device, report is a test.
CREATE TABLE alarm_trial (
    tenant_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    place_id  TEXT   NOT NULL,               -- the home, or where the device hangs
    device_id TEXT   NOT NULL,               -- empty: every detector of the home
    person_id TEXT   NOT NULL,               -- who opened it, and is told
    from_at   BIGINT NOT NULL,
    until_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX alarm_trial_until ON alarm_trial (tenant_id, until_at, id);
ALTER TABLE alarm_incident ADD COLUMN trial_id TEXT NOT NULL DEFAULT ''; -- the window it was raised in
