-- +goose Up
-- A desk on duty shows every ten seconds that it hears us.
ALTER TABLE alarm_duty ADD COLUMN session_id TEXT NOT NULL DEFAULT '';
ALTER TABLE alarm_duty ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;   -- 0: no page of theirs ever answered
ALTER TABLE alarm_duty ADD COLUMN lost_at BIGINT NOT NULL DEFAULT 0;   -- since when it does not
ALTER TABLE alarm_duty ADD COLUMN offered_to TEXT NOT NULL DEFAULT ''; -- person who shall take over
ALTER TABLE alarm_duty ADD COLUMN note TEXT NOT NULL DEFAULT '';       -- what the next one has to know
CREATE INDEX alarm_duty_past ON alarm_duty (tenant_id, until, id);

-- The roster (排班): who shall be on duty.
CREATE TABLE alarm_shift (
    tenant_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    place_id  TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    from_at   BIGINT NOT NULL,
    to_at     BIGINT NOT NULL,
    dropped   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX alarm_shift_time ON alarm_shift (tenant_id, from_at, id);
