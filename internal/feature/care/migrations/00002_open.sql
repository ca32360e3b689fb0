-- +goose Up
-- The open visits of an elder and of the whole list: one ahead, and those whose
-- time passed of which nobody has said what became of them.
CREATE INDEX care_visit_open ON care_visit (tenant_id, open, elder_id, due_at);
