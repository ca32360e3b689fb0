-- +goose Up
-- Whether a visit is open and when it ended are the head's; the hour it was
-- promised by stays, as its grade counts on from it when the deadline has moved.
DROP INDEX care_visit_turn;
DROP INDEX care_visit_open;
ALTER TABLE care_visit DROP COLUMN open;
ALTER TABLE care_visit DROP COLUMN done_at;
ALTER TABLE care_visit RENAME COLUMN due_at TO promised_for;
