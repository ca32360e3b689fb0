-- +goose Up
-- What a list of any kind is made from: where it is, whether it is open, how far
-- it was escalated, and what it is about. Each room kept that for itself before.
ALTER TABLE matter_head ADD COLUMN path TEXT NOT NULL DEFAULT '';     -- of the place, see place_node
ALTER TABLE matter_head ADD COLUMN open BIGINT NOT NULL DEFAULT 1;    -- 1: somebody owes an answer
ALTER TABLE matter_head ADD COLUMN level BIGINT NOT NULL DEFAULT 0;   -- 0 its holder, 1 the committee was told, 2 the subdistrict
ALTER TABLE matter_head ADD COLUMN subject TEXT NOT NULL DEFAULT '';  -- of one kind and subject one is open at a time; '': any number
UPDATE matter_head SET open = 0 WHERE phase IN ('confirmed', 'merged', 'withdrawn', 'declined');
UPDATE matter_head SET path = COALESCE((SELECT n.path FROM place_node n WHERE n.tenant_id = matter_head.tenant_id AND n.id = matter_head.place_id), '');
DROP INDEX matter_head_newest;
CREATE INDEX matter_head_newest ON matter_head (tenant_id, kind, raised_at, id, path);
CREATE INDEX matter_head_due ON matter_head (tenant_id, kind, due_at, id, path) WHERE open = 1;
CREATE INDEX matter_head_escalated ON matter_head (tenant_id, kind, raised_at, id) WHERE level = 2;
CREATE UNIQUE INDEX matter_head_subject ON matter_head (tenant_id, kind, subject) WHERE open = 1 AND subject <> '';
