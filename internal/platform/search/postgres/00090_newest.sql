-- +goose Up
-- When what a text belongs to happened, so that the newest are found first; 0:
-- put in before this was kept, see Index.Order.
ALTER TABLE search_doc ADD COLUMN at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX search_doc_newest ON search_doc (tenant_id, room, at);
CREATE INDEX search_doc_unordered ON search_doc (tenant_id, room) WHERE at = 0;
-- Every search reads what has not been sorted into the index yet: little is kept so.
ALTER INDEX search_doc_body SET (gin_pending_list_limit = 128);
