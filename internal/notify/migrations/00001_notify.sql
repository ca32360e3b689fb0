-- +goose Up
CREATE TABLE notify_message (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    to_id        TEXT   NOT NULL,            -- person, or webhook
    channel      TEXT   NOT NULL,            -- app | webhook
    matter_id    TEXT   NOT NULL,
    seq          BIGINT NOT NULL,            -- the entry it is about
    key          TEXT   NOT NULL,
    args         TEXT   NOT NULL,
    link         TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    handed_at    BIGINT NOT NULL DEFAULT 0,
    delivered_at BIGINT NOT NULL DEFAULT 0,
    seen_at      BIGINT NOT NULL DEFAULT 0,
    attempts     BIGINT NOT NULL DEFAULT 0,
    trouble      TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, to_id, channel, id),
    UNIQUE (tenant_id, matter_id, seq, to_id, channel)
);
CREATE INDEX notify_message_unseen ON notify_message (tenant_id, to_id) WHERE seen_at = 0 AND channel = 'app';

CREATE TABLE notify_webhook (
    tenant_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    url       TEXT   NOT NULL,
    secret    TEXT   NOT NULL,               -- sealed
    since     BIGINT NOT NULL,
    until     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
