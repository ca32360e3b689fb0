-- +goose Up
-- When a report was raised, whether it is open, until when and how far it was
-- escalated are the head's; so is what reached the subdistrict office.
UPDATE matter_head SET level = COALESCE((SELECT d.level FROM report_detail d WHERE d.tenant_id = matter_head.tenant_id AND d.matter_id = matter_head.id), 0)
WHERE kind = 'report';
DROP INDEX report_detail_all;
DROP INDEX report_detail_newest;
DROP INDEX report_detail_kind;
DROP INDEX report_detail_open;
ALTER TABLE report_detail DROP COLUMN raised_at;
ALTER TABLE report_detail DROP COLUMN open;
ALTER TABLE report_detail DROP COLUMN due_at;
ALTER TABLE report_detail DROP COLUMN level;
CREATE INDEX report_detail_kind ON report_detail (tenant_id, category, matter_id);
DROP TABLE report_case;
