-- +goose Up
-- The photographs of all kinds of cases are kept in one place. Here they were kept
-- without the entry they came with: it is the first that names them.
INSERT INTO picture_taken (tenant_id, matter_id, seq, place, hash, thumb, width, height)
SELECT p.tenant_id, p.matter_id,
    COALESCE((SELECT MIN(e.seq) FROM matter_entry e WHERE e.tenant_id = p.tenant_id AND e.matter_id = p.matter_id AND e.photos LIKE '%"' || p.hash || '"%'), 0),
    ROW_NUMBER() OVER (PARTITION BY p.tenant_id, p.matter_id ORDER BY p.hash) - 1, p.hash, p.thumb, 0, 0
FROM alarm_photo p;
DROP TABLE alarm_photo;
