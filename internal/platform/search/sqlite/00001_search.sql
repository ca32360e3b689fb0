-- +goose Up
CREATE VIRTUAL TABLE search_doc USING fts5(scope, body, id UNINDEXED, tokenize = 'unicode61', detail = 'column', columnsize = 0);
