-- +goose Up
-- What shall not happen again (后续): keyed by its matter.
CREATE TABLE alarm_followup (
    tenant_id   TEXT   NOT NULL,
    matter_id   TEXT   NOT NULL,
    incident_id TEXT   NOT NULL,
    what        TEXT   NOT NULL,               -- valve technician
    chosen      TEXT   NOT NULL DEFAULT '',    -- valve visit technician none
    open        BIGINT NOT NULL,
    raised_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, matter_id)
);
CREATE INDEX alarm_followup_open ON alarm_followup (tenant_id, open, raised_at);
CREATE INDEX alarm_followup_incident ON alarm_followup (tenant_id, incident_id);
