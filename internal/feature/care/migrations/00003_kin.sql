-- +goose Up
-- Whose kin somebody is, in their order: see people_person_members.
DROP INDEX care_kin_key;
CREATE INDEX care_kin_elders ON care_kin (tenant_id, kin_key, elder_id);
