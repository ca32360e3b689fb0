-- +goose Up
-- For the page that tells a person who read what about them.
CREATE INDEX people_audit_about ON people_audit (tenant_id, resource_id, action, seq);
