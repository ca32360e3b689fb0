-- name: LockUnit :one
SELECT * FROM device_unit WHERE tenant_id = $1 AND key = $2 FOR UPDATE;

-- name: QuietOf :one
SELECT silent, quiet_at FROM device_unit WHERE tenant_id = $1 AND key = $2;

-- name: UnitByID :one
SELECT * FROM device_unit WHERE tenant_id = $1 AND id = $2;

-- name: UnitByKey :one
SELECT * FROM device_unit WHERE tenant_id = $1 AND key = $2;

-- name: UnitByName :one
SELECT * FROM device_unit WHERE tenant_id = $1 AND bridge = $2 AND name = $3 AND ended_at = 0 ORDER BY since DESC, id DESC LIMIT 1;

-- name: InsertUnit :execrows
INSERT INTO device_unit (tenant_id, id, key, name, make, product, kinds, life_safety, power, bridge, heartbeat_s, fields, since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (tenant_id, key) DO NOTHING;

-- name: SaveSeen :exec
UPDATE device_unit SET kinds = $3, life_safety = $4, last_seen = $5, quiet_at = $6, silent = $7, battery = $8, state = $9, trouble = $10,
    remind_at = $11, tested_at = $12, misses = $13, seq = $14, alarming = $15, told = $16
WHERE tenant_id = $1 AND id = $2;

-- name: SaveHeard :exec
UPDATE device_unit SET last_seen = $3, state = $4 WHERE tenant_id = $1 AND id = $2;

-- name: SaveModel :exec
UPDATE device_unit SET key = $3, name = $4, make = $5, product = $6, kinds = $7, life_safety = $8, power = $9, bridge = $10, heartbeat_s = $11, fields = $12
WHERE tenant_id = $1 AND id = $2;

-- name: ForgetName :exec
UPDATE device_unit SET name = '' WHERE tenant_id = $1 AND bridge = $2 AND name = $3;

-- name: SaveBinding :exec
UPDATE device_unit SET place_id = $3, household_id = $4, bay = $5, spot = $6, claimed_at = $7, installed = $8, replace_by = $9, quiet_at = $10, guards = $11
WHERE tenant_id = $1 AND id = $2;

-- name: UnitsAfter :many
SELECT u.* FROM device_unit u
WHERE u.tenant_id = $1 AND u.id > $2 AND u.ended_at = 0
ORDER BY u.id LIMIT $3;

-- name: UnitsUnder :many
SELECT u.* FROM device_unit u JOIN place_node n ON n.tenant_id = u.tenant_id AND n.id = u.place_id
WHERE u.tenant_id = $1 AND n.path LIKE CAST($2 AS TEXT) AND u.ended_at = 0 ORDER BY u.id;

-- name: UnitsBehind :many
SELECT * FROM device_unit WHERE tenant_id = $1 AND bridge = $2 AND ended_at = 0 ORDER BY name, id;

-- name: UnitsQuiet :many
SELECT u.key FROM device_unit u
WHERE u.tenant_id = $1 AND u.silent = 0 AND u.quiet_at > 0 AND u.quiet_at <= $2 AND u.ended_at = 0
  AND NOT EXISTS (SELECT 1 FROM device_unit b WHERE b.tenant_id = u.tenant_id AND b.key = u.bridge AND b.silent = 1)
ORDER BY CASE WHEN u.power = 'gateway' THEN 0 ELSE 1 END, u.quiet_at LIMIT $3;

-- name: UnitsToRemind :many
SELECT key FROM device_unit WHERE tenant_id = $1 AND remind_at > 0 AND remind_at <= $2 AND ended_at = 0 ORDER BY remind_at LIMIT $3;

-- name: UnitsToReplace :many
SELECT key FROM device_unit WHERE tenant_id = $1 AND replace_by > 0 AND replace_by <= $2 AND trouble NOT LIKE '%replace%' AND ended_at = 0 ORDER BY replace_by LIMIT $3;

-- name: UnitsUntested :many
SELECT * FROM device_unit WHERE tenant_id = $1 AND life_safety = 1 AND tested_at < $2 AND claimed_at > 0 AND ended_at = 0 ORDER BY tested_at, id;

-- name: UnitsForSafety :many
SELECT place_id, last_seen, quiet_at, silent FROM device_unit WHERE tenant_id = $1 AND life_safety = 1 AND place_id <> '' AND ended_at = 0;

-- name: MarkTested :exec
UPDATE device_unit SET tested_at = $3 WHERE tenant_id = $1 AND id = $2;

-- name: PutReading :exec
INSERT INTO device_reading (tenant_id, unit_id, slot, seq, at, kind, value, unit, test, late)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (tenant_id, unit_id, slot) DO UPDATE SET seq = excluded.seq, at = excluded.at, kind = excluded.kind, value = excluded.value,
    unit = excluded.unit, test = excluded.test, late = excluded.late;

-- name: Readings :many
SELECT * FROM device_reading WHERE tenant_id = $1 AND unit_id = $2 ORDER BY seq DESC LIMIT $3;

-- name: PutGauge :exec
INSERT INTO device_gauge (tenant_id, unit_id, kind, slot, at, value) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant_id, unit_id, kind, slot) DO UPDATE SET at = excluded.at, value = excluded.value;

-- name: Gauge :many
SELECT * FROM device_gauge WHERE tenant_id = $1 AND unit_id = $2 ORDER BY kind, at, slot;

-- name: InsertCredential :exec
INSERT INTO device_credential (tenant_id, id, username, digest, format, topic, client_id, unit_key, since, station, peers, pins)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: CredentialByStation :one
SELECT * FROM device_credential WHERE tenant_id = $1 AND station = $2 AND station <> '' AND ended_at = 0;

-- name: CredentialByName :one
SELECT * FROM device_credential WHERE tenant_id = $1 AND username = $2 AND ended_at = 0;

-- name: CredentialNamed :one
SELECT * FROM device_credential WHERE tenant_id = $1 AND username = $2;

-- name: Credentials :many
SELECT * FROM device_credential WHERE tenant_id = $1 ORDER BY id;

-- name: PinCredential :exec
UPDATE device_credential SET client_id = $3 WHERE tenant_id = $1 AND username = $2 AND pins = 1 AND client_id = '' AND ended_at = 0;

-- name: UnpinCredential :one
UPDATE device_credential SET client_id = '' WHERE tenant_id = $1 AND id = $2 AND pins = 1 AND ended_at = 0 RETURNING username;

-- name: EndCredential :execrows
UPDATE device_credential SET ended_at = $3 WHERE tenant_id = $1 AND id = $2 AND ended_at = 0;

-- name: PutCodec :exec
INSERT INTO device_codec (tenant_id, format, product, name, script, mapping, digest, by_id, since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (tenant_id, format, product) DO UPDATE SET name = excluded.name, script = excluded.script, mapping = excluded.mapping,
    digest = excluded.digest, by_id = excluded.by_id, since = excluded.since;

-- name: CodecFor :one
SELECT * FROM device_codec WHERE tenant_id = $1 AND format = $2 AND product = $3;

-- name: Codecs :many
SELECT * FROM device_codec WHERE tenant_id = $1 ORDER BY format, product;

-- name: DropCodec :execrows
DELETE FROM device_codec WHERE tenant_id = $1 AND format = $2 AND product = $3;

-- name: InsertLink :exec
INSERT INTO device_link (tenant_id, id, server, username, sealed, filter, credential, since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: Links :many
SELECT * FROM device_link WHERE tenant_id = $1 AND ended_at = 0 ORDER BY id;

-- name: EndLink :one
UPDATE device_link SET ended_at = $3 WHERE tenant_id = $1 AND id = $2 AND ended_at = 0 RETURNING credential;

-- name: HoldLink :execrows
UPDATE device_link SET holder = $3, held_until = $4
WHERE tenant_id = $1 AND id = $2 AND ended_at = 0 AND (holder = $3 OR held_until < $5);

-- name: SaveLink :exec
UPDATE device_link SET up_at = $3, trouble = $4 WHERE tenant_id = $1 AND id = $2;

-- name: Groups :many
SELECT name FROM device_group WHERE tenant_id = $1 AND bridge = $2 ORDER BY name;

-- name: PutGroup :exec
INSERT INTO device_group (tenant_id, bridge, name) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, bridge, name) DO NOTHING;

-- name: DropGroups :exec
DELETE FROM device_group WHERE tenant_id = $1 AND bridge = $2;

-- name: EndUnannounced :exec
UPDATE device_unit SET ended_at = $4 WHERE tenant_id = $1 AND bridge = $2 AND name = $3 AND fields = 'null' AND ended_at = 0;
