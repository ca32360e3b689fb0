-- +goose Up
ALTER TABLE notify_message ADD COLUMN leased_until BIGINT NOT NULL DEFAULT 0; -- somebody is handing it over until then
CREATE UNIQUE INDEX notify_message_receipt ON notify_message (tenant_id, id) WHERE channel IN ('sms', 'voice', 'push');

-- A gateway for messages or calls, or a group's robot.
CREATE TABLE notify_way (
    tenant_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    kind      TEXT   NOT NULL,               -- sms voice wecom dingtalk feishu
    host      TEXT   NOT NULL,               -- of its address, for people's eyes
    sealed    TEXT   NOT NULL,               -- how it is called, with its secrets
    token     TEXT   NOT NULL,               -- SHA-256 of what its receipts must show; empty for robots
    since     BIGINT NOT NULL,
    until     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);

-- Browsers that want to be woken.
CREATE TABLE notify_push (
    tenant_id TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,               -- SHA-256 of the endpoint
    sealed    TEXT   NOT NULL,
    since     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, person_id, id)
);

-- The key a neighbourhood signs its pushes with.
CREATE TABLE notify_push_key (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    public    TEXT NOT NULL,
    sealed    TEXT NOT NULL
);
