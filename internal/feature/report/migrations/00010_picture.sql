-- +goose Up
-- The photographs of all kinds of cases are kept in one place.
INSERT INTO picture_taken (tenant_id, matter_id, seq, place, hash, thumb, width, height)
SELECT tenant_id, matter_id, seq, place, hash, thumb, width, height FROM report_photo;
DROP TABLE report_photo;
