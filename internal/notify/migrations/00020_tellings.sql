-- +goose Up
-- What the app tells (在线消息): one row says one thing to a circle of people. Who
-- looked at what is written once they look.
CREATE TABLE notify_counter (
    tenant_id TEXT   NOT NULL PRIMARY KEY,
    last      BIGINT NOT NULL
);

-- Everybody who is told together. A circle of one bears the person's id, others
-- the SHA-256 of their members; it never changes.
CREATE TABLE notify_member (
    tenant_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    circle_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, person_id, circle_id)
);
CREATE INDEX notify_member_circle ON notify_member (tenant_id, circle_id, person_id);

CREATE TABLE notify_telling (
    tenant_id  TEXT   NOT NULL,
    circle_id  TEXT   NOT NULL,
    n          BIGINT NOT NULL,              -- in the order of commits
    matter_id  TEXT   NOT NULL,
    seq        BIGINT NOT NULL,              -- the entry it is about
    key        TEXT   NOT NULL,
    args       TEXT   NOT NULL,
    link       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, circle_id, n),
    UNIQUE (tenant_id, matter_id, seq, circle_id)
);

-- One person's receipt of one telling. Beyond the reader's mark a telling without
-- a receipt is unseen; up to it, unseen ones have a receipt that says so.
CREATE TABLE notify_receipt (
    tenant_id    TEXT   NOT NULL,
    n            BIGINT NOT NULL,
    person_id    TEXT   NOT NULL,
    delivered_at BIGINT NOT NULL,            -- 0: see notify_delivery
    seen_at      BIGINT NOT NULL,            -- 0: not yet
    PRIMARY KEY (tenant_id, n, person_id)
);
CREATE INDEX notify_receipt_unseen ON notify_receipt (tenant_id, person_id) WHERE seen_at = 0;

CREATE TABLE notify_reader (
    tenant_id TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    upto      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, person_id)
);

-- All that a person was told so far was on their screen at an instant.
CREATE TABLE notify_delivery (
    tenant_id TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    upto      BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, person_id, upto)
);

INSERT INTO notify_member (tenant_id, person_id, circle_id)
SELECT DISTINCT tenant_id, to_id, to_id FROM notify_message WHERE channel = 'app';
INSERT INTO notify_telling (tenant_id, circle_id, n, matter_id, seq, key, args, link, created_at)
SELECT tenant_id, to_id, ROW_NUMBER() OVER (PARTITION BY tenant_id ORDER BY id, to_id), matter_id, seq, key, args, link, created_at
FROM notify_message WHERE channel = 'app';
INSERT INTO notify_receipt (tenant_id, n, person_id, delivered_at, seen_at)
SELECT m.tenant_id, t.n, m.to_id, m.delivered_at, m.seen_at FROM notify_message m
JOIN notify_telling t ON t.tenant_id = m.tenant_id AND t.matter_id = m.matter_id AND t.seq = m.seq AND t.circle_id = m.to_id
WHERE m.channel = 'app';
INSERT INTO notify_reader (tenant_id, person_id, upto) SELECT tenant_id, circle_id, MAX(n) FROM notify_telling GROUP BY tenant_id, circle_id;
INSERT INTO notify_counter (tenant_id, last) SELECT tenant_id, MAX(n) FROM notify_telling GROUP BY tenant_id;
DROP INDEX notify_message_unseen;
DELETE FROM notify_message WHERE channel = 'app';

-- Everybody who was told something, on whatever channel.
CREATE VIEW notify_told AS
SELECT t.tenant_id, m.person_id AS to_id, 'app' AS channel, t.matter_id, t.seq, t.key, t.args, t.created_at, t.created_at AS handed_at
FROM notify_telling t JOIN notify_member m ON m.tenant_id = t.tenant_id AND m.circle_id = t.circle_id
UNION ALL
SELECT tenant_id, to_id, channel, matter_id, seq, key, args, created_at, handed_at FROM notify_message;
