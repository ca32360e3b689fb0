-- +goose Up
-- Whether a ticket is open, how far it was escalated and that one is open for
-- each device and cause are the head's.
UPDATE matter_head SET
    level = COALESCE((SELECT t.level FROM upkeep_ticket t WHERE t.tenant_id = matter_head.tenant_id AND t.matter_id = matter_head.id), 0),
    subject = COALESCE((SELECT t.device_id || '/' || t.cause FROM upkeep_ticket t WHERE t.tenant_id = matter_head.tenant_id AND t.matter_id = matter_head.id), '')
WHERE kind = 'upkeep';
DROP INDEX upkeep_ticket_open;
DROP INDEX upkeep_ticket_list;
DROP INDEX upkeep_ticket_level;
ALTER TABLE upkeep_ticket DROP COLUMN open;
ALTER TABLE upkeep_ticket DROP COLUMN level;
