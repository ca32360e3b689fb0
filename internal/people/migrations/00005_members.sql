-- +goose Up
-- Who belongs to a household, in their order: without the order in it, SQLite
-- walks everybody of the neighbourhood in that order instead.
DROP INDEX people_person_household;
CREATE INDEX people_person_members ON people_person (tenant_id, household_id, ref, id);
