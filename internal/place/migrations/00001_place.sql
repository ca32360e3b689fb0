-- +goose Up
-- A tenant is a neighbourhood, or the subdistrict office itself.
CREATE TABLE place_tenant (
    tenant_id TEXT   NOT NULL PRIMARY KEY,
    parent_id TEXT   NOT NULL DEFAULT '',    -- tenant of the subdistrict, for a neighbourhood
    kind      TEXT   NOT NULL,               -- subdistrict | neighbourhood
    ref       TEXT   NOT NULL,               -- the register's own key
    name      TEXT   NOT NULL,
    short     TEXT   NOT NULL,               -- leads household codes and public numbers
    district  TEXT   NOT NULL DEFAULT '',
    city      TEXT   NOT NULL DEFAULT '',
    root_id   TEXT   NOT NULL,               -- its node in the tree
    version   BIGINT NOT NULL DEFAULT 0,     -- counts changes of its places
    since     BIGINT NOT NULL
);

-- One row for each place: the tree of a tenant.
CREATE TABLE place_node (
    tenant_id  TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    parent_id  TEXT   NOT NULL DEFAULT '',
    kind       TEXT   NOT NULL,              -- subdistrict neighbourhood grid compound building entrance dwelling
    ref        TEXT   NOT NULL,
    name       TEXT   NOT NULL,              -- as on the door-plate: 静安桂花园, 6号, 二层亭子间
    alias      TEXT   NOT NULL DEFAULT '',   -- other names, separated by ;
    road       TEXT   NOT NULL DEFAULT '',
    lane       TEXT   NOT NULL DEFAULT '',
    path       TEXT   NOT NULL,              -- /id/…/id/ from the root to the place itself
    sort       TEXT   NOT NULL,              -- natural order among its siblings
    floor      BIGINT NOT NULL DEFAULT 0,
    floors     BIGINT NOT NULL DEFAULT 0,
    area       BIGINT NOT NULL DEFAULT 0,    -- 0.01 m²
    built      BIGINT NOT NULL DEFAULT 0,    -- year
    facts      TEXT   NOT NULL DEFAULT '{}', -- what else the register says, JSON, string values
    retired_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, ref)
);
CREATE INDEX place_node_parent ON place_node (tenant_id, parent_id, sort);
CREATE INDEX place_node_path ON place_node (tenant_id, path);
