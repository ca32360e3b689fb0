BEGIN TRANSACTION;
CREATE TABLE alarm_duty (
    tenant_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    place_id  TEXT   NOT NULL,
    since     BIGINT NOT NULL,
    until     BIGINT NOT NULL DEFAULT 0, session_id TEXT NOT NULL DEFAULT '', seen_at BIGINT NOT NULL DEFAULT 0, lost_at BIGINT NOT NULL DEFAULT 0, offered_to TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE alarm_followup (
    tenant_id   TEXT   NOT NULL,
    matter_id   TEXT   NOT NULL,
    incident_id TEXT   NOT NULL,
    what        TEXT   NOT NULL,               -- valve technician
    chosen      TEXT   NOT NULL DEFAULT '',    -- valve visit technician none
    open        BIGINT NOT NULL,
    raised_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, matter_id)
);
CREATE TABLE alarm_headcount (
    tenant_id   TEXT   NOT NULL,
    building_id TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    matter_id   TEXT   NOT NULL,               -- the incident whose page they said it on
    place_id    TEXT   NOT NULL,               -- their dwelling
    person_id   TEXT   NOT NULL,               -- who said it: they, or who goes to help them
    answer      TEXT   NOT NULL,               -- safe help coming
    at          BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, building_id, id)
);
CREATE TABLE alarm_incident (
    tenant_id    TEXT   NOT NULL,
    matter_id    TEXT   NOT NULL,
    device_id    TEXT   NOT NULL,
    kind         TEXT   NOT NULL,              -- smoke gas co water_leak sos heat entrapment
    compound_id  TEXT   NOT NULL,
    building_id  TEXT   NOT NULL,
    drill        BIGINT NOT NULL,
    late         BIGINT NOT NULL,              -- ms between the device's time and ours, if it came late
    again        TEXT   NOT NULL DEFAULT '',   -- matter closed within ten minutes before, same device
    open         BIGINT NOT NULL,
    level        BIGINT NOT NULL DEFAULT 0,
    signals      BIGINT NOT NULL DEFAULT 1,
    raised_at    BIGINT NOT NULL,
    acked_at     BIGINT NOT NULL DEFAULT 0,
    door_at      BIGINT NOT NULL DEFAULT 0,
    cleared_at   BIGINT NOT NULL DEFAULT 0,    -- the detector sees nothing any more
    closed_at    BIGINT NOT NULL DEFAULT 0,
    fire         BIGINT NOT NULL DEFAULT 0,
    cause        TEXT   NOT NULL DEFAULT '', alone BIGINT NOT NULL DEFAULT 0, urgency BIGINT NOT NULL DEFAULT 0, trial_id TEXT NOT NULL DEFAULT '', hush_until BIGINT NOT NULL DEFAULT 0, building_at BIGINT NOT NULL DEFAULT 0, place_id TEXT NOT NULL DEFAULT '', wave_id TEXT NOT NULL DEFAULT '', called_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, matter_id)
);
INSERT INTO "alarm_incident" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-305f-7172-b5ce-5f68921f8d53','01a22d39-2ed6-7058-9afe-966dc1243927','smoke','01a22d39-2ea3-70fd-ae68-351f1a7840da','01a22d39-2ea3-7230-bfed-dd43f319006e',0,0,'',0,0,2,1795665780000,1795665780000,1795665780000,0,1795665780000,0,'cooking',0,1,'',0,0,'01a22d39-2ea3-751d-87af-d562968770cb','a3cad53411065c16f3f941fc4fd69294',1795665780000);
CREATE TABLE alarm_open (
    tenant_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    kind      TEXT NOT NULL,
    matter_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, device_id, kind)
);
CREATE TABLE alarm_photo (
    tenant_id TEXT   NOT NULL,
    matter_id TEXT   NOT NULL,
    hash      TEXT   NOT NULL,
    thumb     TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, matter_id, hash)
);
CREATE TABLE alarm_responder (
    tenant_id   TEXT   NOT NULL,
    matter_id   TEXT   NOT NULL,
    person_id   TEXT   NOT NULL,
    audience    TEXT   NOT NULL,               -- property committee volunteer subdistrict
    handed_at   BIGINT NOT NULL,
    answer      TEXT   NOT NULL DEFAULT '',    -- going cannot
    answered_at BIGINT NOT NULL DEFAULT 0,
    door_at     BIGINT NOT NULL DEFAULT 0, due_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, matter_id, person_id)
);
INSERT INTO "alarm_responder" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-305f-7172-b5ce-5f68921f8d53','01a22d39-2ea7-7478-a4c0-b30a6f8068ac','property',1795665780000,'going',1795665780000,1795665780000,0);
CREATE TABLE alarm_shift (
    tenant_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    place_id  TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    from_at   BIGINT NOT NULL,
    to_at     BIGINT NOT NULL,
    dropped   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE alarm_trial (
    tenant_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    place_id  TEXT   NOT NULL,               -- the home, or where the device hangs
    device_id TEXT   NOT NULL,               -- empty: every detector of the home
    person_id TEXT   NOT NULL,               -- who opened it, and is told
    from_at   BIGINT NOT NULL,
    until_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE alarm_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "alarm_version" VALUES(1,0,1,'2026-11-30 16:10:51');
INSERT INTO "alarm_version" VALUES(2,1,1,'2026-11-30 16:10:51');
INSERT INTO "alarm_version" VALUES(3,2,1,'2026-11-30 16:10:51');
INSERT INTO "alarm_version" VALUES(4,3,1,'2026-11-30 16:10:51');
INSERT INTO "alarm_version" VALUES(5,4,1,'2026-11-30 16:10:51');
INSERT INTO "alarm_version" VALUES(6,5,1,'2026-11-30 16:10:51');
INSERT INTO "alarm_version" VALUES(7,6,1,'2026-11-30 16:10:51');
INSERT INTO "alarm_version" VALUES(8,7,1,'2026-11-30 16:10:51');
INSERT INTO "alarm_version" VALUES(9,8,1,'2026-11-30 16:10:51');
INSERT INTO "alarm_version" VALUES(10,9,1,'2026-11-30 16:10:51');
INSERT INTO "alarm_version" VALUES(11,10,1,'2026-11-30 16:10:51');
INSERT INTO "alarm_version" VALUES(12,11,1,'2026-11-30 16:10:51');
INSERT INTO "alarm_version" VALUES(13,12,1,'2026-11-30 16:10:51');
INSERT INTO "alarm_version" VALUES(14,40,1,'2026-11-30 16:10:51');
INSERT INTO "alarm_version" VALUES(15,60,1,'2026-11-30 16:10:51');
CREATE TABLE alarm_wave (
    tenant_id TEXT NOT NULL,
    wave_id   TEXT NOT NULL,                 -- SHA-256 of its members and their parties
    person_id TEXT NOT NULL,
    audience  TEXT NOT NULL,
    PRIMARY KEY (tenant_id, wave_id, person_id)
);
INSERT INTO "alarm_wave" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','a3cad53411065c16f3f941fc4fd69294','01a22d39-2ea6-795f-9d3d-901524558418','committee');
INSERT INTO "alarm_wave" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','a3cad53411065c16f3f941fc4fd69294','01a22d39-2ea6-7e60-aea1-4affd52b0849','committee');
INSERT INTO "alarm_wave" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','a3cad53411065c16f3f941fc4fd69294','01a22d39-2ea7-708a-b761-cbeb1ed09df7','committee');
INSERT INTO "alarm_wave" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','a3cad53411065c16f3f941fc4fd69294','01a22d39-2ea7-713a-9f30-9910f0d7cf83','committee');
INSERT INTO "alarm_wave" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','a3cad53411065c16f3f941fc4fd69294','01a22d39-2ea7-720e-aef5-4b81ac649955','committee');
INSERT INTO "alarm_wave" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','a3cad53411065c16f3f941fc4fd69294','01a22d39-2ea7-7312-8ef3-66b81e7f6c27','property');
INSERT INTO "alarm_wave" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','a3cad53411065c16f3f941fc4fd69294','01a22d39-2ea7-7478-a4c0-b30a6f8068ac','property');
INSERT INTO "alarm_wave" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','a3cad53411065c16f3f941fc4fd69294','01a22d39-2ea7-7529-b188-365e4c94e9b3','property');
INSERT INTO "alarm_wave" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','a3cad53411065c16f3f941fc4fd69294','01a22d39-2ea7-760b-ab44-5c50fd80b746','property');
CREATE TABLE care_away (
    tenant_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    from_at   BIGINT NOT NULL,
    until_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE care_carer (
    tenant_id TEXT   NOT NULL,
    elder_id  TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    duty      TEXT   NOT NULL,                 -- responsible volunteer
    turn      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, elder_id, person_id)
);
CREATE TABLE care_elder (
    tenant_id     TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    person_key    TEXT   NOT NULL,             -- digest; its own id once withdrawn
    building_id   TEXT   NOT NULL,
    grade         TEXT   NOT NULL,             -- id of a row of rules/grades.csv
    ground        TEXT   NOT NULL,             -- id of a row of rules/grounds.csv
    sealed        TEXT   NOT NULL,             -- the sheet; empty once withdrawn
    paper_sealed  TEXT   NOT NULL DEFAULT '',  -- photograph of the signed paper
    entered_by    TEXT   NOT NULL,
    entered_at    BIGINT NOT NULL,
    changed_at    BIGINT NOT NULL,
    withdrawn_at  BIGINT NOT NULL DEFAULT 0,
    withdrawn_how TEXT   NOT NULL DEFAULT '',  -- self family staff ended
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, person_key)
);
CREATE TABLE care_kin (
    tenant_id TEXT NOT NULL,
    elder_id  TEXT NOT NULL,
    kin_key   TEXT NOT NULL,
    PRIMARY KEY (tenant_id, elder_id, kin_key)
);
CREATE TABLE care_look (
    tenant_id  TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    elder_id   TEXT   NOT NULL,
    viewer_id  TEXT   NOT NULL,
    session_id TEXT   NOT NULL,
    why        TEXT   NOT NULL,                -- care edit alarm
    about      TEXT   NOT NULL DEFAULT '',     -- matter of the alarm
    at         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE care_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "care_version" VALUES(1,0,1,'2026-11-30 16:10:51');
INSERT INTO "care_version" VALUES(2,1,1,'2026-11-30 16:10:51');
INSERT INTO "care_version" VALUES(3,2,1,'2026-11-30 16:10:51');
INSERT INTO "care_version" VALUES(4,3,1,'2026-11-30 16:10:51');
INSERT INTO "care_version" VALUES(5,80,1,'2026-11-30 16:10:51');
CREATE TABLE care_visit (
    tenant_id   TEXT   NOT NULL,
    matter_id   TEXT   NOT NULL,
    elder_id    TEXT   NOT NULL,
    volunteer_id TEXT NOT NULL,                -- whose turn it is
    due_at      BIGINT NOT NULL,
    open        BIGINT NOT NULL,
    missed      BIGINT NOT NULL DEFAULT 0,     -- how often its time passed
    outcome     TEXT   NOT NULL DEFAULT '',    -- visited nobody could_not settled withdrawn
    note_sealed TEXT   NOT NULL DEFAULT '',
    done_by     TEXT   NOT NULL DEFAULT '',
    done_at     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, matter_id)
);
CREATE TABLE device_codec (
    tenant_id TEXT   NOT NULL,
    format    TEXT   NOT NULL,
    product   TEXT   NOT NULL,
    name      TEXT   NOT NULL,
    script    TEXT   NOT NULL DEFAULT '',
    mapping   TEXT   NOT NULL DEFAULT '',
    digest    TEXT   NOT NULL,                -- SHA-256 of script and mapping
    by_id     TEXT   NOT NULL,                -- person
    since     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, format, product)
);
CREATE TABLE device_credential (
    tenant_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    username  TEXT   NOT NULL,
    digest    TEXT   NOT NULL,
    format    TEXT   NOT NULL,
    topic     TEXT   NOT NULL DEFAULT '',     -- may publish to it and below
    client_id TEXT   NOT NULL DEFAULT '',     -- empty: any
    unit_key  TEXT   NOT NULL,                -- the device or bridge it belongs to
    since     BIGINT NOT NULL,
    ended_at  BIGINT NOT NULL DEFAULT 0, station TEXT NOT NULL DEFAULT '', peers TEXT NOT NULL DEFAULT '', pins BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, username)
);
CREATE TABLE device_gauge (
    tenant_id TEXT   NOT NULL,
    unit_id   TEXT   NOT NULL,
    kind      TEXT   NOT NULL,
    slot      BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    value     TEXT   NOT NULL,               -- decimal
    PRIMARY KEY (tenant_id, unit_id, kind, slot)
);
CREATE TABLE device_group (
    tenant_id TEXT NOT NULL,
    bridge    TEXT NOT NULL,                  -- key of the bridge
    name      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, bridge, name)
);
CREATE TABLE device_link (
    tenant_id  TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    server     TEXT   NOT NULL,             -- mqtt://host:port or mqtts://host:port
    username   TEXT   NOT NULL,
    sealed     TEXT   NOT NULL,             -- its password
    filter     TEXT   NOT NULL,             -- topics to subscribe to
    credential TEXT   NOT NULL,             -- name of our credential
    since      BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL DEFAULT 0,
    holder     TEXT   NOT NULL DEFAULT '',  -- the node that has the connection
    held_until BIGINT NOT NULL DEFAULT 0,
    up_at      BIGINT NOT NULL DEFAULT 0,   -- connected since; 0: not
    trouble    TEXT   NOT NULL DEFAULT '',  -- why it is not, as a words key
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE device_reading (
    tenant_id TEXT   NOT NULL,
    unit_id   TEXT   NOT NULL,
    slot      BIGINT NOT NULL,
    seq       BIGINT NOT NULL,
    at        BIGINT NOT NULL,                -- received
    kind      TEXT   NOT NULL,
    value     TEXT   NOT NULL,
    unit      TEXT   NOT NULL,
    test      BIGINT NOT NULL,
    late      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, unit_id, slot)
);
INSERT INTO "device_reading" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ee4-7bba-88d7-b8c1933061d4',1,1,1795395600000,'battery_low','on','',0,0);
INSERT INTO "device_reading" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2eeb-771e-9007-c40000d94124',1,1,1795665780000,'fault','on','',0,0);
INSERT INTO "device_reading" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ef6-7bcc-8112-98b3665470fc',1,1,1795665780000,'battery_low','on','',0,0);
INSERT INTO "device_reading" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ed6-7058-9afe-966dc1243927',1,1,1795665780000,'smoke','on','',0,0);
CREATE TABLE device_unit (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    key          TEXT   NOT NULL,             -- as its messages name it: zigbee:0x00158d…, ctwing:acf7…
    name         TEXT   NOT NULL DEFAULT '',  -- what its bridge calls it
    make         TEXT   NOT NULL DEFAULT '',  -- id of a make, or vendor and model as it says itself
    product      TEXT   NOT NULL DEFAULT '',  -- as its cloud calls the product
    kinds        TEXT   NOT NULL DEFAULT '',  -- what it reports, by spaces
    life_safety  BIGINT NOT NULL DEFAULT 0,
    power        TEXT   NOT NULL DEFAULT '',  -- battery mains gateway camera
    place_id     TEXT   NOT NULL DEFAULT '',
    household_id TEXT   NOT NULL DEFAULT '',
    bay          TEXT   NOT NULL DEFAULT '',  -- the register's key of a bay
    spot         TEXT   NOT NULL DEFAULT '',  -- 厨房
    bridge       TEXT   NOT NULL DEFAULT '',  -- key of the device it speaks through
    claimed_at   BIGINT NOT NULL DEFAULT 0,   -- bound to a place; 0: unclaimed
    installed    BIGINT NOT NULL DEFAULT 0,
    replace_by   BIGINT NOT NULL DEFAULT 0,
    heartbeat_s  BIGINT NOT NULL DEFAULT 0,   -- 0: not known
    last_seen    BIGINT NOT NULL DEFAULT 0,
    quiet_at     BIGINT NOT NULL DEFAULT 0,   -- counts as silent from then on; 0: not watched
    silent       BIGINT NOT NULL DEFAULT 0,
    battery      BIGINT NOT NULL DEFAULT -1,  -- per cent; -1: not known
    state        TEXT   NOT NULL DEFAULT '{}',
    trouble      TEXT   NOT NULL DEFAULT '',  -- by spaces
    remind_at    BIGINT NOT NULL DEFAULT 0,   -- a low battery is told again
    tested_at    BIGINT NOT NULL DEFAULT 0,
    misses       BIGINT NOT NULL DEFAULT 0,   -- messages in a row that nobody understood
    seq          BIGINT NOT NULL DEFAULT 0,   -- readings kept so far
    fields       TEXT   NOT NULL DEFAULT 'null', -- what a Zigbee device says it reports
    since        BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL DEFAULT 0, alarming BIGINT NOT NULL DEFAULT 0, told TEXT NOT NULL DEFAULT '{}', guards TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, key)
);
INSERT INTO "device_unit" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ed6-7058-9afe-966dc1243927','zigbee:a','','','','smoke',1,'battery','01a22d39-2ea3-751d-87af-d562968770cb','01a22d39-2ea3-7573-9664-a85ed5166ac1','','厨房','',1795395600000,0,0,0,1795665780000,1795755780000,0,-1,'{"smoke":{"v":"on","at":1795665780000,"since":1795665780000,"heard":1795665780000,"told":1795665780000}}','',0,0,0,1,'null',1795395600000,0,1,'{"silent":1795665780000}','');
INSERT INTO "device_unit" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ee4-7bba-88d7-b8c1933061d4','zigbee:b','','','','smoke battery_low',1,'battery','01a22d39-2ea3-751d-87af-d562968770cb','01a22d39-2ea3-7573-9664-a85ed5166ac1','','厨房','',1795395600000,0,0,0,1795395600000,1795485600000,1,-1,'{"battery_low":{"v":"on","at":1795395600000,"since":1795395600000,"heard":1795395600000},"smoke":{"v":"off","at":1795395600000,"since":1795395600000,"heard":1795395600000}}','battery silent',1796000400000,0,0,1,'null',1795395600000,0,0,'{"battery":1795395600000,"silent":1795665780000}','');
INSERT INTO "device_unit" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2eeb-771e-9007-c40000d94124','zigbee:c','','','','smoke fault',1,'battery','01a22d39-2ea3-751d-87af-d562968770cb','01a22d39-2ea3-7573-9664-a85ed5166ac1','','厨房','',1795395600000,0,0,0,1795665780000,1795755780000,0,-1,'{"fault":{"v":"on","at":1795665780000,"since":1795665780000,"heard":1795665780000},"smoke":{"v":"off","at":1795395600000,"since":1795395600000,"heard":1795395600000}}','fault',0,0,0,1,'null',1795395600000,0,0,'{"fault":1795665780000,"silent":1795665780000}','');
INSERT INTO "device_unit" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ef6-7bcc-8112-98b3665470fc','zigbee:d','','','','smoke battery_low',1,'battery','','','','','',0,0,0,0,1795665780000,1795755780000,0,-1,'{"battery_low":{"v":"on","at":1795665780000,"since":1795665780000,"heard":1795665780000},"smoke":{"v":"off","at":1795395600000,"since":1795395600000,"heard":1795395600000}}','battery',1796270580000,0,0,1,'null',1795395600000,0,0,'{"battery":1795665780000,"silent":1795665780000}','');
CREATE TABLE device_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "device_version" VALUES(1,0,1,'2026-11-30 16:10:51');
INSERT INTO "device_version" VALUES(2,1,1,'2026-11-30 16:10:51');
INSERT INTO "device_version" VALUES(3,2,1,'2026-11-30 16:10:51');
INSERT INTO "device_version" VALUES(4,10,1,'2026-11-30 16:10:51');
INSERT INTO "device_version" VALUES(5,11,1,'2026-11-30 16:10:51');
INSERT INTO "device_version" VALUES(6,20,1,'2026-11-30 16:10:51');
INSERT INTO "device_version" VALUES(7,30,1,'2026-11-30 16:10:51');
CREATE TABLE inbox_message (
    tenant_id   TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    source      TEXT   NOT NULL,
    device      TEXT   NOT NULL,
    topic       TEXT   NOT NULL,
    form        TEXT   NOT NULL,
    body        TEXT   NOT NULL,
    urgent      BIGINT NOT NULL,
    unsure      BIGINT NOT NULL,
    note        TEXT   NOT NULL,
    once_key    TEXT   NOT NULL,
    received_at BIGINT NOT NULL,
    decoded_at  BIGINT NOT NULL DEFAULT 0,
    replays     BIGINT NOT NULL DEFAULT 0,
    trouble     TEXT   NOT NULL DEFAULT '', tries BIGINT NOT NULL DEFAULT 0, again_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE inbox_retained (
    tenant_id  TEXT   NOT NULL,
    device     TEXT   NOT NULL,
    topic      TEXT   NOT NULL,
    size       BIGINT NOT NULL, -- bytes of the message
    expires_at BIGINT NOT NULL, -- 0: never
    form       TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, device, topic)
);
CREATE TABLE inbox_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "inbox_version" VALUES(1,0,1,'2026-11-30 16:10:51');
INSERT INTO "inbox_version" VALUES(2,1,1,'2026-11-30 16:10:51');
INSERT INTO "inbox_version" VALUES(3,10,1,'2026-11-30 16:10:51');
INSERT INTO "inbox_version" VALUES(4,30,1,'2026-11-30 16:10:51');
CREATE TABLE job_due (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    due_at       BIGINT NOT NULL,
    payload      TEXT   NOT NULL,
    attempts     BIGINT NOT NULL DEFAULT 0,
    leased_until BIGINT NOT NULL DEFAULT 0,
    dead         BIGINT NOT NULL DEFAULT 0,
    trouble      TEXT   NOT NULL DEFAULT '', added_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, kind, name)
);
INSERT INTO "job_due" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-303d-74fe-ba24-8d309526da52','upkeep.late','01a22d39-2fae-75d3-9dd7-23ed1c2197ef',1795752180000,'{}',0,0,0,'',1795665780000);
INSERT INTO "job_due" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-3048-78a6-a57e-44b0ac9f0be2','device.nag','01a22d39-2ee4-7bba-88d7-b8c1933061d4',1795680180000,'null',0,0,0,'',1795665780000);
INSERT INTO "job_due" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-304b-780f-8857-40c882dd9f37','device.watch','',1795665840000,'null',0,0,0,'',1795665780000);
INSERT INTO "job_due" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-304b-7e83-bd12-dc37f4e777e9','device.nag','01a22d39-2ef6-7bcc-8112-98b3665470fc',1795680180000,'null',0,0,0,'',1795665780000);
INSERT INTO "job_due" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-304c-79e3-b149-8d8a0d07836c','device.nag','01a22d39-2ed6-7058-9afe-966dc1243927',1795680180000,'null',0,0,0,'',1795665780000);
INSERT INTO "job_due" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-304d-7b57-91e5-43406c86805d','upkeep.late','01a22d39-2faf-7664-8d3d-82cc9a108aec',1795752180000,'{}',0,0,0,'',1795665780000);
INSERT INTO "job_due" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-3053-7151-a34a-e66d8964b945','device.nag','01a22d39-2eeb-771e-9007-c40000d94124',1795680180000,'null',0,0,0,'',1795665780000);
INSERT INTO "job_due" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-304e-7f0e-b461-ece4645cda90','upkeep.late','01a22d39-2fac-7dc6-ba39-fcec919a936b',1795752180000,'{}',0,0,0,'',1795665780000);
INSERT INTO "job_due" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-304f-777c-af46-02b829f8ee0c','upkeep.late','01a22d39-2fad-7e9f-9c43-d3760c859630',1795752180000,'{}',0,0,0,'',1795665780000);
INSERT INTO "job_due" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-3053-70c0-87a0-11e5dd5f430d','upkeep.well','01a22d39-2fae-75d3-9dd7-23ed1c2197ef',1795669380000,'{}',0,0,0,'',1795665780000);
INSERT INTO "job_due" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-3057-7dc0-a393-a13221bbb2a1','upkeep.late','01a22d39-3053-7489-8759-3bac4b51f39c',1795752180000,'{}',0,0,0,'',1795665780000);
INSERT INTO "job_due" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-305b-701e-8fb9-c3fb4885d35e','upkeep.well','01a22d39-2faf-7664-8d3d-82cc9a108aec',1795669380000,'{}',0,0,0,'',1795665780000);
INSERT INTO "job_due" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-305e-764b-9471-92819b498be5','upkeep.well','01a22d39-2fac-7dc6-ba39-fcec919a936b',1795669380000,'{}',0,0,0,'',1795665780000);
INSERT INTO "job_due" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-3075-7bc5-9ea5-49e436327b38','report.deadline','01a22d39-3075-75e2-9670-2e96aa97336a',1795666680000,'{}',0,0,0,'',1795665780000);
INSERT INTO "job_due" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-308f-72be-aa7b-12dadfe73dc2','alarm.still','01a22d39-305f-7172-b5ce-5f68921f8d53',1795666380000,'{}',0,0,0,'',1795665780000);
CREATE TABLE job_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "job_version" VALUES(1,0,1,'2026-11-30 16:10:51');
INSERT INTO "job_version" VALUES(2,1,1,'2026-11-30 16:10:51');
INSERT INTO "job_version" VALUES(3,40,1,'2026-11-30 16:10:51');
CREATE TABLE matter_counter (
    tenant_id TEXT   NOT NULL,
    series    TEXT   NOT NULL,
    last      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, series)
);
INSERT INTO "matter_counter" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','26',13);
CREATE TABLE matter_entry (
    tenant_id  TEXT   NOT NULL,
    matter_id  TEXT   NOT NULL,
    seq        BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    actor_id   TEXT   NOT NULL,
    actor_group TEXT  NOT NULL,
    verb       TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    args       TEXT   NOT NULL,
    photos     TEXT   NOT NULL,
    audience   TEXT   NOT NULL,
    prev_hash  TEXT   NOT NULL,
    hash       TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, matter_id, seq)
);
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f39-7126-b244-f8508b8ebbb7',1,1795395600000,'01a22d39-2ea4-7241-8205-a19772f62f22','resident','raise','report.did.raise','{"words":"late one"}','[]','compound','','374fad1db200a734223106d0495c84cdbd1769a160e20ce1d25d1c714f17fb14');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f5f-7d78-9e86-9c109095936e',1,1795395600000,'01a22d39-2ea4-7241-8205-a19772f62f22','resident','raise','report.did.raise','{"words":"mended one"}','[]','compound','','8637f608a1a430641961cff320f4a94a5213caf650ce52041034ef09e9539d77');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f7e-7817-b654-6f48b410dd58',1,1795395600000,'','clock','raise','upkeep.did.raise','{"cause":"battery"}','[]','staff','','d55ce6e5d12c14f20a6f09287d48971283e8d666b3181d44f545a57d3b97e7d4');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f7e-7817-b654-6f48b410dd58',2,1795395600000,'01a22d39-2ea7-7478-a4c0-b30a6f8068ac','property','finish','upkeep.did.finish','{"remedy":"battery","words":"done"}','[]','staff','d55ce6e5d12c14f20a6f09287d48971283e8d666b3181d44f545a57d3b97e7d4','c0530b5af4a8344632655907adb22cfbc481b6bf58e87b6f5069df0e28c1f0e3');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f5f-7d78-9e86-9c109095936e',2,1795395600000,'01a22d39-2ea7-7478-a4c0-b30a6f8068ac','property','take','report.did.take','{"words":""}','[]','compound','8637f608a1a430641961cff320f4a94a5213caf650ce52041034ef09e9539d77','822f4ba7ff5a63cbda4fdc245d87ee56a851d4798037ced040d6918b01a990f8');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fa2-789e-bfe7-67c612a16dd0',1,1795395600000,'01a22d39-2ea4-7241-8205-a19772f62f22','resident','raise','report.did.raise','{"words":"withdrawn one"}','[]','compound','','4ef851922c790ea633d47652c44f8f7e7a3ddc9308ffd77262d91b44c86b872b');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fa2-789e-bfe7-67c612a16dd0',2,1795395600000,'01a22d39-2ea4-7241-8205-a19772f62f22','raiser','withdraw','report.did.withdraw','{"words":""}','[]','compound','4ef851922c790ea633d47652c44f8f7e7a3ddc9308ffd77262d91b44c86b872b','612e14a2cf860cdd91560eede90f28313442abbfc4badc146ef32bbeb4eb07ee');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fa9-7b0c-ae9c-4c22b1f928bf',1,1795485660000,'','clock','raise','upkeep.did.still','{"cause":"battery","number":"26-0003"}','[]','staff','','c7d989a1701336626c260c1213b1868745e7b0a6dd4e95e819e1b14d917db68f');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f39-7126-b244-f8508b8ebbb7',2,1795485660000,'','clock','chase','report.did.chase','{"late":"89160000","level":"committee"}','[]','compound','374fad1db200a734223106d0495c84cdbd1769a160e20ce1d25d1c714f17fb14','3adb66d8ace71c0ba71c34778b7f98219fe18823cd087f96026b3d5ead1017c2');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fac-7dc6-ba39-fcec919a936b',1,1795485660000,'','clock','raise','upkeep.did.raise','{"cause":"silent"}','[]','staff','','409b2e51810cae074fecbde8c69e050c0a999f585a6f4110d17b5a5100738a90');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fad-7e9f-9c43-d3760c859630',1,1795485660000,'','clock','raise','upkeep.did.raise','{"cause":"silent"}','[]','staff','','ab092ca46cb584cc88bd1a3112e71bf620a72fe108f64d34985ad357c9b44dd9');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fae-75d3-9dd7-23ed1c2197ef',1,1795485660000,'','clock','raise','upkeep.did.raise','{"cause":"silent"}','[]','staff','','0f4e6d3f4daaf97cbaf4f6d3a574bfa16ca1c6b1dd72d460ae678d121d1ca08e');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2faf-7664-8d3d-82cc9a108aec',1,1795485660000,'','clock','raise','upkeep.did.raise','{"cause":"silent"}','[]','staff','','f7b718fbf55f88f8e6ecd7c8e6283d767615ed82ac2e9142aa5cf3cf68b551bf');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f5f-7d78-9e86-9c109095936e',3,1795485660000,'','clock','chase','report.did.chase','{"late":"3660000","level":"committee"}','[]','compound','822f4ba7ff5a63cbda4fdc245d87ee56a851d4798037ced040d6918b01a990f8','c04f99ca46da2ecddf6fdc7cfb445c48a36b4f783fdcee518d18d13175e3d9e6');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f39-7126-b244-f8508b8ebbb7',3,1795485660000,'','clock','chase','report.did.chase','{"late":"89160000","level":"subdistrict"}','[]','compound','3adb66d8ace71c0ba71c34778b7f98219fe18823cd087f96026b3d5ead1017c2','a8e27016408ced416c25f674e759509a3a42d8c29f91aec200ad53bcd3ad0cd2');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2faf-7664-8d3d-82cc9a108aec',2,1795575720000,'','clock','again','upkeep.did.lasts','{"cause":"silent"}','[]','staff','f7b718fbf55f88f8e6ecd7c8e6283d767615ed82ac2e9142aa5cf3cf68b551bf','fd7e5e85a20a5e14e983c16c4828df5a64c97cb61f42ba82a0894086f70c4aa0');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2faf-7664-8d3d-82cc9a108aec',3,1795575720000,'','clock','chase','upkeep.did.chase','{}','[]','staff','fd7e5e85a20a5e14e983c16c4828df5a64c97cb61f42ba82a0894086f70c4aa0','eed76bde69bc118d372d64b34af6a0f49efa960e90fd8c5c56a4be5fba310cb2');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f5f-7d78-9e86-9c109095936e',4,1795575720000,'','clock','chase','report.did.chase','{"late":"93720000","level":"subdistrict"}','[]','compound','c04f99ca46da2ecddf6fdc7cfb445c48a36b4f783fdcee518d18d13175e3d9e6','137b796e52a052ef38d0ecbdbf946304ebc3fa6dce307ae152eef3ad1c1520fd');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fac-7dc6-ba39-fcec919a936b',2,1795575720000,'','clock','chase','upkeep.did.chase','{}','[]','staff','409b2e51810cae074fecbde8c69e050c0a999f585a6f4110d17b5a5100738a90','be1a52a16ddc9836f5078fb5e7368897a4d718fb104bf6b7a10078a0648a6659');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fad-7e9f-9c43-d3760c859630',2,1795575720000,'','clock','chase','upkeep.did.chase','{}','[]','staff','ab092ca46cb584cc88bd1a3112e71bf620a72fe108f64d34985ad357c9b44dd9','7144962c507696ea1dd43496b441ab811f3ffc8070e3defce238963fefb45780');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fae-75d3-9dd7-23ed1c2197ef',2,1795575720000,'','clock','chase','upkeep.did.chase','{}','[]','staff','0f4e6d3f4daaf97cbaf4f6d3a574bfa16ca1c6b1dd72d460ae678d121d1ca08e','20e8359e18fe82ababf1638fbec745df7afbf4e44a9d3c1462bf7f42496fd9bb');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fac-7dc6-ba39-fcec919a936b',3,1795575720000,'','clock','again','upkeep.did.lasts','{"cause":"silent"}','[]','staff','be1a52a16ddc9836f5078fb5e7368897a4d718fb104bf6b7a10078a0648a6659','cd6dfe8429cea48d2c01c57e54f1fd94d5addd8e57c99a68226af0b7857df462');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fad-7e9f-9c43-d3760c859630',3,1795575720000,'','clock','again','upkeep.did.lasts','{"cause":"silent"}','[]','staff','7144962c507696ea1dd43496b441ab811f3ffc8070e3defce238963fefb45780','5eeac7e9f1e14f35995a855412c870d23421800a951dc9a6908e1a8a8435413f');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fae-75d3-9dd7-23ed1c2197ef',3,1795575720000,'','clock','again','upkeep.did.lasts','{"cause":"silent"}','[]','staff','20e8359e18fe82ababf1638fbec745df7afbf4e44a9d3c1462bf7f42496fd9bb','256c85865ee238bd3ad5516274f69fabacbfec4a09c51af77062f41bc263115a');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fae-75d3-9dd7-23ed1c2197ef',4,1795665780000,'','clock','chase','upkeep.did.chase_office','{}','[]','staff','256c85865ee238bd3ad5516274f69fabacbfec4a09c51af77062f41bc263115a','eaabf5358e690e20921dca5ccb55a3583fbb520c0cca6849a953e39293b5cfc0');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fad-7e9f-9c43-d3760c859630',4,1795665780000,'','clock','again','upkeep.did.lasts','{"cause":"silent"}','[]','staff','5eeac7e9f1e14f35995a855412c870d23421800a951dc9a6908e1a8a8435413f','36b816678d972c3927b154b028cac977fb9f19977cc697133d3cd989972399a4');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2faf-7664-8d3d-82cc9a108aec',4,1795665780000,'','clock','again','upkeep.did.lasts','{"cause":"silent"}','[]','staff','eed76bde69bc118d372d64b34af6a0f49efa960e90fd8c5c56a4be5fba310cb2','2da43e3bc22cf9f2942f8f0d105adb876073aa3671567773516692c2c6de02f4');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fac-7dc6-ba39-fcec919a936b',4,1795665780000,'','clock','again','upkeep.did.lasts','{"cause":"silent"}','[]','staff','cd6dfe8429cea48d2c01c57e54f1fd94d5addd8e57c99a68226af0b7857df462','589901f70e872468bf0dfddf6a19f3b2137b2dbb4040f80e19165e9399adb71a');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2faf-7664-8d3d-82cc9a108aec',5,1795665780000,'','clock','chase','upkeep.did.chase_office','{}','[]','staff','2da43e3bc22cf9f2942f8f0d105adb876073aa3671567773516692c2c6de02f4','9a1b6dcd713aacfbd9b08597cca39d5e1633b910d60000253b198d3b16ed2f53');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fae-75d3-9dd7-23ed1c2197ef',5,1795665780000,'','clock','again','upkeep.did.lasts','{"cause":"silent"}','[]','staff','eaabf5358e690e20921dca5ccb55a3583fbb520c0cca6849a953e39293b5cfc0','ce9bbccc35f6c7bc11a46480e2c808406d2efcc8e909cb7fce3b326fe509c6d6');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fac-7dc6-ba39-fcec919a936b',5,1795665780000,'','clock','chase','upkeep.did.chase_office','{}','[]','staff','589901f70e872468bf0dfddf6a19f3b2137b2dbb4040f80e19165e9399adb71a','fb21dd77d6fcd6de00d9019ec28e688cbcb624441b5ba91f0f1fc9bd7a2921a7');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fad-7e9f-9c43-d3760c859630',5,1795665780000,'','clock','chase','upkeep.did.chase_office','{}','[]','staff','36b816678d972c3927b154b028cac977fb9f19977cc697133d3cd989972399a4','6e5cd83a3c4ed8cdb9eed66a2e10491b3d67e6b81d565491c34c4f152398502a');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-3053-7489-8759-3bac4b51f39c',1,1795665780000,'','clock','raise','upkeep.did.raise','{"cause":"fault"}','[]','staff','','6234bcc5d343faf6c20d627ec4cba04289f6d23b3358a60e6e33cda83f7bbf0a');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-3053-7489-8759-3bac4b51f39c',2,1795665780000,'01a22d39-2ea7-7478-a4c0-b30a6f8068ac','property','take','upkeep.did.take','{"words":""}','[]','staff','6234bcc5d343faf6c20d627ec4cba04289f6d23b3358a60e6e33cda83f7bbf0a','31cb7a31df51c9003b80d516751d1c3efbd005431e303d347e0bc22bbe12221c');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-305b-7240-a05c-19dbba35d295',1,1795665780000,'','clock','raise','upkeep.did.raise','{"cause":"battery"}','[]','staff','','236e1c2fbfb444277a11bd29ffa2f8307b22b4eb5f2b105359f065aef59d264e');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-305f-7172-b5ce-5f68921f8d53',1,1795665780000,'device:01a22d39-2ed6-7058-9afe-966dc1243927','clock','raise','alarm.did.raise','{"kind":"smoke"}','[]','staff','','d037163d005a2ac52dcd22eda1d14d20fba5bf2b1a509ea9c97519b1795876b5');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-305f-7172-b5ce-5f68921f8d53',2,1795665780000,'','clock','signal','alarm.did.signal','{}','[]','staff','d037163d005a2ac52dcd22eda1d14d20fba5bf2b1a509ea9c97519b1795876b5','ba631913819dc111ee6a1ca6158b81b67aeca0a589342122ea152637adc33567');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-3075-75e2-9670-2e96aa97336a',1,1795665780000,'01a22d39-2ea4-7241-8205-a19772f62f22','resident','raise','report.did.raise','{"words":"new one"}','[]','compound','','d88d5087bbec9694fa68d9ee6b6b1ba1acee3846fbf4ad15396fdb7b7d7e4207');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-305f-7172-b5ce-5f68921f8d53',3,1795665780000,'01a22d39-2ea7-7478-a4c0-b30a6f8068ac','property','at_door','alarm.did.at_door','{"words":""}','[]','staff','ba631913819dc111ee6a1ca6158b81b67aeca0a589342122ea152637adc33567','deaf411669f27a39f2a4bd6908377d2b0e2392561f12b6a53a95c622c1bd873d');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-305f-7172-b5ce-5f68921f8d53',4,1795665780000,'01a22d39-2ea7-7478-a4c0-b30a6f8068ac','property','outcome','alarm.did.outcome','{"words":""}','[]','staff','deaf411669f27a39f2a4bd6908377d2b0e2392561f12b6a53a95c622c1bd873d','7ff277cd39f3f0bda68f5c5254842e4f6803d136eaef6ab2c55a8334bc52c19d');
INSERT INTO "matter_entry" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-305f-7172-b5ce-5f68921f8d53',5,1795665780000,'01a22d39-2ea7-7478-a4c0-b30a6f8068ac','property','shut','alarm.did.shut','{"cause":"cooking","words":""}','[]','staff','7ff277cd39f3f0bda68f5c5254842e4f6803d136eaef6ab2c55a8334bc52c19d','2a25650f1ca4777db572223f305122a0a087b1e64513c2c22c639e8f4fa1f431');
CREATE TABLE matter_head (
    tenant_id     TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    number        TEXT   NOT NULL,
    kind          TEXT   NOT NULL,
    place_id      TEXT   NOT NULL,
    raised_by     TEXT   NOT NULL,
    phase         TEXT   NOT NULL,
    holder_group  TEXT   NOT NULL,
    holder_person TEXT   NOT NULL,
    due_at        BIGINT NOT NULL,
    visibility    TEXT   NOT NULL,
    version       BIGINT NOT NULL,   -- entries in the timeline
    raised_at     BIGINT NOT NULL,
    changed_at    BIGINT NOT NULL,
    last_hash     TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, number)
);
INSERT INTO "matter_head" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f39-7126-b244-f8508b8ebbb7','26-0001','report','01a22d39-2ea3-7230-bfed-dd43f319006e','01a22d39-2ea4-7241-8205-a19772f62f22','raised','property','',1795396500000,'compound',3,1795395600000,1795485660000,'a8e27016408ced416c25f674e759509a3a42d8c29f91aec200ad53bcd3ad0cd2');
INSERT INTO "matter_head" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f5f-7d78-9e86-9c109095936e','26-0002','report','01a22d39-2ea3-7230-bfed-dd43f319006e','01a22d39-2ea4-7241-8205-a19772f62f22','taken','property','01a22d39-2ea7-7478-a4c0-b30a6f8068ac',1795482000000,'compound',4,1795395600000,1795575720000,'137b796e52a052ef38d0ecbdbf946304ebc3fa6dce307ae152eef3ad1c1520fd');
INSERT INTO "matter_head" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f7e-7817-b654-6f48b410dd58','26-0003','upkeep','01a22d39-2ea3-751d-87af-d562968770cb','','confirmed','','',0,'staff',2,1795395600000,1795395600000,'c0530b5af4a8344632655907adb22cfbc481b6bf58e87b6f5069df0e28c1f0e3');
INSERT INTO "matter_head" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fa2-789e-bfe7-67c612a16dd0','26-0004','report','01a22d39-2ea3-7230-bfed-dd43f319006e','01a22d39-2ea4-7241-8205-a19772f62f22','withdrawn','','',0,'compound',2,1795395600000,1795395600000,'612e14a2cf860cdd91560eede90f28313442abbfc4badc146ef32bbeb4eb07ee');
INSERT INTO "matter_head" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fa9-7b0c-ae9c-4c22b1f928bf','26-0005','upkeep','01a22d39-2ea3-751d-87af-d562968770cb','','raised','property','',1796090460000,'staff',1,1795485660000,1795485660000,'c7d989a1701336626c260c1213b1868745e7b0a6dd4e95e819e1b14d917db68f');
INSERT INTO "matter_head" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fac-7dc6-ba39-fcec919a936b','26-0006','upkeep','01a22d39-2ea3-751d-87af-d562968770cb','','raised','property','',1795752180000,'staff',5,1795485660000,1795665780000,'fb21dd77d6fcd6de00d9019ec28e688cbcb624441b5ba91f0f1fc9bd7a2921a7');
INSERT INTO "matter_head" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fad-7e9f-9c43-d3760c859630','26-0007','upkeep','01a22d39-2ea3-751d-87af-d562968770cb','','raised','property','',1795752180000,'staff',5,1795485660000,1795665780000,'6e5cd83a3c4ed8cdb9eed66a2e10491b3d67e6b81d565491c34c4f152398502a');
INSERT INTO "matter_head" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fae-75d3-9dd7-23ed1c2197ef','26-0008','upkeep','01a22d39-2ea3-751d-87af-d562968770cb','','raised','property','',1795752180000,'staff',5,1795485660000,1795665780000,'ce9bbccc35f6c7bc11a46480e2c808406d2efcc8e909cb7fce3b326fe509c6d6');
INSERT INTO "matter_head" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2faf-7664-8d3d-82cc9a108aec','26-0009','upkeep','01a22d39-2ea2-7b06-8c2d-70b07ee63680','','raised','property','',1795752180000,'staff',5,1795485660000,1795665780000,'9a1b6dcd713aacfbd9b08597cca39d5e1633b910d60000253b198d3b16ed2f53');
INSERT INTO "matter_head" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-3053-7489-8759-3bac4b51f39c','26-0010','upkeep','01a22d39-2ea3-751d-87af-d562968770cb','','taken','property','01a22d39-2ea7-7478-a4c0-b30a6f8068ac',1795752180000,'staff',2,1795665780000,1795665780000,'31cb7a31df51c9003b80d516751d1c3efbd005431e303d347e0bc22bbe12221c');
INSERT INTO "matter_head" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-305b-7240-a05c-19dbba35d295','26-0011','upkeep','01a22d39-2ea2-7b06-8c2d-70b07ee63680','','raised','property','',1796270580000,'staff',1,1795665780000,1795665780000,'236e1c2fbfb444277a11bd29ffa2f8307b22b4eb5f2b105359f065aef59d264e');
INSERT INTO "matter_head" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-305f-7172-b5ce-5f68921f8d53','26-0012','alarm','01a22d39-2ea3-751d-87af-d562968770cb','device:01a22d39-2ed6-7058-9afe-966dc1243927','confirmed','','',0,'staff',5,1795665780000,1795665780000,'2a25650f1ca4777db572223f305122a0a087b1e64513c2c22c639e8f4fa1f431');
INSERT INTO "matter_head" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-3075-75e2-9670-2e96aa97336a','26-0013','report','01a22d39-2ea3-7230-bfed-dd43f319006e','01a22d39-2ea4-7241-8205-a19772f62f22','raised','property','',1795666680000,'compound',1,1795665780000,1795665780000,'d88d5087bbec9694fa68d9ee6b6b1ba1acee3846fbf4ad15396fdb7b7d7e4207');
CREATE TABLE matter_key (
    tenant_id TEXT   NOT NULL,
    key       TEXT   NOT NULL,
    matter_id TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, key)
);
CREATE TABLE matter_link (
    tenant_id TEXT   NOT NULL,
    from_id   TEXT   NOT NULL,
    kind      TEXT   NOT NULL,
    to_id     TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, from_id, kind, to_id)
);
INSERT INTO "matter_link" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f7e-7817-b654-6f48b410dd58','leads-to','01a22d39-2fa9-7b0c-ae9c-4c22b1f928bf',1795485660000);
CREATE TABLE matter_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "matter_version" VALUES(1,0,1,'2026-11-30 16:10:51');
INSERT INTO "matter_version" VALUES(2,1,1,'2026-11-30 16:10:51');
CREATE TABLE notify_counter (
    tenant_id TEXT   NOT NULL PRIMARY KEY,
    last      BIGINT NOT NULL
);
INSERT INTO "notify_counter" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c',36);
INSERT INTO "notify_counter" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb',6);
CREATE TABLE notify_delivery (
    tenant_id TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    upto      BIGINT NOT NULL,
    at        BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, person_id, upto)
);
CREATE TABLE notify_member (
    tenant_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    circle_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, person_id, circle_id)
);
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea6-795f-9d3d-901524558418','82553cf33567a300b375b01e33a638a5');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea6-7e60-aea1-4affd52b0849','82553cf33567a300b375b01e33a638a5');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-708a-b761-cbeb1ed09df7','82553cf33567a300b375b01e33a638a5');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-713a-9f30-9910f0d7cf83','82553cf33567a300b375b01e33a638a5');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-720e-aef5-4b81ac649955','82553cf33567a300b375b01e33a638a5');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7312-8ef3-66b81e7f6c27','82553cf33567a300b375b01e33a638a5');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7478-a4c0-b30a6f8068ac','82553cf33567a300b375b01e33a638a5');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7529-b188-365e4c94e9b3','82553cf33567a300b375b01e33a638a5');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-760b-ab44-5c50fd80b746','82553cf33567a300b375b01e33a638a5');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7312-8ef3-66b81e7f6c27','2da2a4269c798284e96e1452ccfc3a23');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7478-a4c0-b30a6f8068ac','2da2a4269c798284e96e1452ccfc3a23');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7529-b188-365e4c94e9b3','2da2a4269c798284e96e1452ccfc3a23');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-760b-ab44-5c50fd80b746','2da2a4269c798284e96e1452ccfc3a23');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-7241-8205-a19772f62f22','01a22d39-2ea4-7241-8205-a19772f62f22');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-7241-8205-a19772f62f22','c4c0a69f28fb0d1b267762e4e81986d8');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea6-795f-9d3d-901524558418','c4c0a69f28fb0d1b267762e4e81986d8');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea6-7e60-aea1-4affd52b0849','c4c0a69f28fb0d1b267762e4e81986d8');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-708a-b761-cbeb1ed09df7','c4c0a69f28fb0d1b267762e4e81986d8');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-713a-9f30-9910f0d7cf83','c4c0a69f28fb0d1b267762e4e81986d8');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-720e-aef5-4b81ac649955','c4c0a69f28fb0d1b267762e4e81986d8');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7312-8ef3-66b81e7f6c27','c4c0a69f28fb0d1b267762e4e81986d8');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7478-a4c0-b30a6f8068ac','c4c0a69f28fb0d1b267762e4e81986d8');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7529-b188-365e4c94e9b3','c4c0a69f28fb0d1b267762e4e81986d8');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-760b-ab44-5c50fd80b746','c4c0a69f28fb0d1b267762e4e81986d8');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-7241-8205-a19772f62f22','246dc504c3d1d5b7b80667e6900abfa8');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7312-8ef3-66b81e7f6c27','246dc504c3d1d5b7b80667e6900abfa8');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7478-a4c0-b30a6f8068ac','246dc504c3d1d5b7b80667e6900abfa8');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7529-b188-365e4c94e9b3','246dc504c3d1d5b7b80667e6900abfa8');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-760b-ab44-5c50fd80b746','246dc504c3d1d5b7b80667e6900abfa8');
INSERT INTO "notify_member" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e9b-73dd-a047-0b738beae57b','7486012d154875f7e9691771dfbe3771');
INSERT INTO "notify_member" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e9b-7c93-b228-fd7c19bcc416','7486012d154875f7e9691771dfbe3771');
INSERT INTO "notify_member" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e9c-70cf-9a32-3e85bc0cf44b','7486012d154875f7e9691771dfbe3771');
INSERT INTO "notify_member" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e9c-7577-b1ea-f5be42d5ff3c','7486012d154875f7e9691771dfbe3771');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-7241-8205-a19772f62f22','bf98c3ea7f079d59e2b9c948fb089b8b');
INSERT INTO "notify_member" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-72d2-a40a-b0282b5c6601','bf98c3ea7f079d59e2b9c948fb089b8b');
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
    trouble      TEXT   NOT NULL DEFAULT '', leased_until BIGINT NOT NULL DEFAULT 0, via TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, to_id, channel, id),
    UNIQUE (tenant_id, matter_id, seq, to_id, channel)
);
CREATE TABLE notify_push (
    tenant_id TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,               -- SHA-256 of the endpoint
    sealed    TEXT   NOT NULL,
    since     BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, person_id, id)
);
CREATE TABLE notify_push_key (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    public    TEXT NOT NULL,
    sealed    TEXT NOT NULL
);
CREATE TABLE notify_reader (
    tenant_id TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    upto      BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, person_id)
);
CREATE TABLE notify_receipt (
    tenant_id    TEXT   NOT NULL,
    n            BIGINT NOT NULL,
    person_id    TEXT   NOT NULL,
    delivered_at BIGINT NOT NULL,            -- 0: see notify_delivery
    seen_at      BIGINT NOT NULL,            -- 0: not yet
    PRIMARY KEY (tenant_id, n, person_id)
);
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
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','82553cf33567a300b375b01e33a638a5',1,'01a22d39-2f39-7126-b244-f8508b8ebbb7',1,'report.told.raise','{"category":"fire.corridor_block","number":"26-0001","place":"静安桂花园 6号","who_key":"group.property"}','/report/01a22d39-2f39-7126-b244-f8508b8ebbb7',1795395600000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','82553cf33567a300b375b01e33a638a5',2,'01a22d39-2f5f-7d78-9e86-9c109095936e',1,'report.told.raise','{"category":"fire.corridor_block","number":"26-0002","place":"静安桂花园 6号","who_key":"group.property"}','/report/01a22d39-2f5f-7d78-9e86-9c109095936e',1795395600000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',3,'01a22d39-2f7e-7817-b654-6f48b410dd58',1,'upkeep.told.battery','{"cause_key":"upkeep.cause.battery","list":"","n":"0","number":"26-0003","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2f7e-7817-b654-6f48b410dd58',1795395600000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-7241-8205-a19772f62f22',4,'01a22d39-2f5f-7d78-9e86-9c109095936e',2,'report.told.take','{"category":"fire.corridor_block","number":"26-0002","place":"静安桂花园 6号","who_key":"group.property"}','/report/01a22d39-2f5f-7d78-9e86-9c109095936e',1795395600000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','82553cf33567a300b375b01e33a638a5',5,'01a22d39-2fa2-789e-bfe7-67c612a16dd0',1,'report.told.raise','{"category":"fire.corridor_block","number":"26-0004","place":"静安桂花园 6号","who_key":"group.property"}','/report/01a22d39-2fa2-789e-bfe7-67c612a16dd0',1795395600000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',6,'01a22d39-2fa2-789e-bfe7-67c612a16dd0',2,'report.told.withdraw','{"category":"fire.corridor_block","number":"26-0004","place":"静安桂花园 6号","who_key":"group."}','/report/01a22d39-2fa2-789e-bfe7-67c612a16dd0',1795395600000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','82553cf33567a300b375b01e33a638a5',7,'01a22d39-2fa9-7b0c-ae9c-4c22b1f928bf',1,'upkeep.told.battery','{"cause_key":"upkeep.cause.battery","list":"","n":"0","number":"26-0005","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fa9-7b0c-ae9c-4c22b1f928bf',1795485660000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','c4c0a69f28fb0d1b267762e4e81986d8',8,'01a22d39-2f39-7126-b244-f8508b8ebbb7',2,'report.told.chase','{"category":"fire.corridor_block","level_key":"group.committee","number":"26-0001","place":"静安桂花园 6号","who_key":"group.property"}','/report/01a22d39-2f39-7126-b244-f8508b8ebbb7',1795485660000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',9,'01a22d39-2fac-7dc6-ba39-fcec919a936b',1,'upkeep.told.silent','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0006","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fac-7dc6-ba39-fcec919a936b',1795485660000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',10,'01a22d39-2fad-7e9f-9c43-d3760c859630',1,'upkeep.told.silent','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0007","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fad-7e9f-9c43-d3760c859630',1795485660000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',11,'01a22d39-2fae-75d3-9dd7-23ed1c2197ef',1,'upkeep.told.silent','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0008","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fae-75d3-9dd7-23ed1c2197ef',1795485660000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',12,'01a22d39-2faf-7664-8d3d-82cc9a108aec',1,'upkeep.told.silent','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0009","place":"zigbee:d","spot":""}','/upkeep/01a22d39-2faf-7664-8d3d-82cc9a108aec',1795485660000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','c4c0a69f28fb0d1b267762e4e81986d8',13,'01a22d39-2f5f-7d78-9e86-9c109095936e',3,'report.told.chase','{"category":"fire.corridor_block","level_key":"group.committee","number":"26-0002","place":"静安桂花园 6号","who_key":"group.property"}','/report/01a22d39-2f5f-7d78-9e86-9c109095936e',1795485660000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','246dc504c3d1d5b7b80667e6900abfa8',14,'01a22d39-2f39-7126-b244-f8508b8ebbb7',3,'report.told.chase','{"category":"fire.corridor_block","level_key":"group.subdistrict","number":"26-0001","place":"静安桂花园 6号","who_key":"group.property"}','/report/01a22d39-2f39-7126-b244-f8508b8ebbb7',1795485660000);
INSERT INTO "notify_telling" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','7486012d154875f7e9691771dfbe3771',1,'01a22d39-2f39-7126-b244-f8508b8ebbb7',3,'report.told.chase','{"category":"fire.corridor_block","level_key":"group.subdistrict","number":"26-0001","place":"静安桂花园 6号"}','/report/01a22d39-2f39-7126-b244-f8508b8ebbb7',1795485660000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',15,'01a22d39-2faf-7664-8d3d-82cc9a108aec',2,'upkeep.told.silent','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0009","place":"zigbee:d","spot":""}','/upkeep/01a22d39-2faf-7664-8d3d-82cc9a108aec',1795575720000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','82553cf33567a300b375b01e33a638a5',16,'01a22d39-2faf-7664-8d3d-82cc9a108aec',3,'upkeep.told.late','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0009","place":"zigbee:d","spot":""}','/upkeep/01a22d39-2faf-7664-8d3d-82cc9a108aec',1795575720000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','246dc504c3d1d5b7b80667e6900abfa8',17,'01a22d39-2f5f-7d78-9e86-9c109095936e',4,'report.told.chase','{"category":"fire.corridor_block","level_key":"group.subdistrict","number":"26-0002","place":"静安桂花园 6号","who_key":"group.property"}','/report/01a22d39-2f5f-7d78-9e86-9c109095936e',1795575720000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','82553cf33567a300b375b01e33a638a5',18,'01a22d39-2fac-7dc6-ba39-fcec919a936b',2,'upkeep.told.late','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0006","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fac-7dc6-ba39-fcec919a936b',1795575720000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','82553cf33567a300b375b01e33a638a5',19,'01a22d39-2fad-7e9f-9c43-d3760c859630',2,'upkeep.told.late','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0007","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fad-7e9f-9c43-d3760c859630',1795575720000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','82553cf33567a300b375b01e33a638a5',20,'01a22d39-2fae-75d3-9dd7-23ed1c2197ef',2,'upkeep.told.late','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0008","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fae-75d3-9dd7-23ed1c2197ef',1795575720000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',21,'01a22d39-2fac-7dc6-ba39-fcec919a936b',3,'upkeep.told.silent','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0006","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fac-7dc6-ba39-fcec919a936b',1795575720000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',22,'01a22d39-2fad-7e9f-9c43-d3760c859630',3,'upkeep.told.silent','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0007","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fad-7e9f-9c43-d3760c859630',1795575720000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',23,'01a22d39-2fae-75d3-9dd7-23ed1c2197ef',3,'upkeep.told.silent','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0008","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fae-75d3-9dd7-23ed1c2197ef',1795575720000);
INSERT INTO "notify_telling" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','7486012d154875f7e9691771dfbe3771',2,'01a22d39-2f5f-7d78-9e86-9c109095936e',4,'report.told.chase','{"category":"fire.corridor_block","level_key":"group.subdistrict","number":"26-0002","place":"静安桂花园 6号"}','/report/01a22d39-2f5f-7d78-9e86-9c109095936e',1795575720000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','82553cf33567a300b375b01e33a638a5',24,'01a22d39-2fae-75d3-9dd7-23ed1c2197ef',4,'upkeep.told.late','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0008","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fae-75d3-9dd7-23ed1c2197ef',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','7486012d154875f7e9691771dfbe3771',3,'01a22d39-2fae-75d3-9dd7-23ed1c2197ef',4,'upkeep.told.office','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0008","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fae-75d3-9dd7-23ed1c2197ef',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',25,'01a22d39-2fad-7e9f-9c43-d3760c859630',4,'upkeep.told.silent','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0007","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fad-7e9f-9c43-d3760c859630',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',26,'01a22d39-2faf-7664-8d3d-82cc9a108aec',4,'upkeep.told.silent','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0009","place":"zigbee:d","spot":""}','/upkeep/01a22d39-2faf-7664-8d3d-82cc9a108aec',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',27,'01a22d39-2fac-7dc6-ba39-fcec919a936b',4,'upkeep.told.silent','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0006","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fac-7dc6-ba39-fcec919a936b',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','82553cf33567a300b375b01e33a638a5',28,'01a22d39-2faf-7664-8d3d-82cc9a108aec',5,'upkeep.told.late','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0009","place":"zigbee:d","spot":""}','/upkeep/01a22d39-2faf-7664-8d3d-82cc9a108aec',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','7486012d154875f7e9691771dfbe3771',4,'01a22d39-2faf-7664-8d3d-82cc9a108aec',5,'upkeep.told.office','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0009","place":"zigbee:d","spot":""}','/upkeep/01a22d39-2faf-7664-8d3d-82cc9a108aec',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',29,'01a22d39-2fae-75d3-9dd7-23ed1c2197ef',5,'upkeep.told.silent','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0008","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fae-75d3-9dd7-23ed1c2197ef',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','82553cf33567a300b375b01e33a638a5',30,'01a22d39-2fac-7dc6-ba39-fcec919a936b',5,'upkeep.told.late','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0006","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fac-7dc6-ba39-fcec919a936b',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','7486012d154875f7e9691771dfbe3771',5,'01a22d39-2fac-7dc6-ba39-fcec919a936b',5,'upkeep.told.office','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0006","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fac-7dc6-ba39-fcec919a936b',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','82553cf33567a300b375b01e33a638a5',31,'01a22d39-2fad-7e9f-9c43-d3760c859630',5,'upkeep.told.late','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0007","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fad-7e9f-9c43-d3760c859630',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','7486012d154875f7e9691771dfbe3771',6,'01a22d39-2fad-7e9f-9c43-d3760c859630',5,'upkeep.told.office','{"cause_key":"upkeep.cause.silent","list":"","n":"0","number":"26-0007","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-2fad-7e9f-9c43-d3760c859630',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',32,'01a22d39-3053-7489-8759-3bac4b51f39c',1,'upkeep.told.fault','{"cause_key":"upkeep.cause.fault","list":"","n":"0","number":"26-0010","place":"静安桂花园 6号 302","spot":"厨房"}','/upkeep/01a22d39-3053-7489-8759-3bac4b51f39c',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','2da2a4269c798284e96e1452ccfc3a23',33,'01a22d39-305b-7240-a05c-19dbba35d295',1,'upkeep.told.battery','{"cause_key":"upkeep.cause.battery","list":"","n":"0","number":"26-0011","place":"zigbee:d","spot":""}','/upkeep/01a22d39-305b-7240-a05c-19dbba35d295',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','82553cf33567a300b375b01e33a638a5',34,'01a22d39-305f-7172-b5ce-5f68921f8d53',1,'alarm.told.raise','{"kind_key":"alarm.kind.smoke","number":"26-0012","place":"静安桂花园 6号 302","short":"静安桂花园 6号"}','/alarm/01a22d39-305f-7172-b5ce-5f68921f8d53',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','bf98c3ea7f079d59e2b9c948fb089b8b',35,'01a22d39-305f-7172-b5ce-5f68921f8d53',1,'alarm.told.home','{"kind_key":"alarm.kind.smoke","number":"26-0012","place":"静安桂花园 6号 302","short":"静安桂花园 6号"}','/home/alarm/01a22d39-305f-7172-b5ce-5f68921f8d53',1795665780000);
INSERT INTO "notify_telling" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','82553cf33567a300b375b01e33a638a5',36,'01a22d39-3075-75e2-9670-2e96aa97336a',1,'report.told.raise','{"category":"fire.corridor_block","number":"26-0013","place":"静安桂花园 6号","who_key":"group.property"}','/report/01a22d39-3075-75e2-9670-2e96aa97336a',1795665780000);
CREATE TABLE notify_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "notify_version" VALUES(1,0,1,'2026-11-30 16:10:51');
INSERT INTO "notify_version" VALUES(2,1,1,'2026-11-30 16:10:51');
INSERT INTO "notify_version" VALUES(3,2,1,'2026-11-30 16:10:51');
INSERT INTO "notify_version" VALUES(4,3,1,'2026-11-30 16:10:51');
INSERT INTO "notify_version" VALUES(5,20,1,'2026-11-30 16:10:51');
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
CREATE TABLE notify_webhook (
    tenant_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    url       TEXT   NOT NULL,
    secret    TEXT   NOT NULL,               -- sealed
    since     BIGINT NOT NULL,
    until     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE people_account (
    tenant_id   TEXT   NOT NULL,
    person_id   TEXT   NOT NULL,
    login       TEXT   NOT NULL,
    password    TEXT   NOT NULL,             -- argon2id in PHC form
    totp_sealed TEXT   NOT NULL,
    last_step   BIGINT NOT NULL,             -- newest one-time code used, as its 30 s step
    enrolled_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, person_id)
);
CREATE TABLE people_audit (
    tenant_id   TEXT   NOT NULL,
    seq         BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    actor_id    TEXT   NOT NULL,
    session_id  TEXT   NOT NULL,
    action      TEXT   NOT NULL,
    resource    TEXT   NOT NULL,
    resource_id TEXT   NOT NULL,
    fields      TEXT   NOT NULL,             -- names only, separated by a space
    prev_hash   TEXT   NOT NULL,
    hash        TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
INSERT INTO "people_audit" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c',1,1795395600000,'01a22d39-2ea7-7478-a4c0-b30a6f8068ac','','device.bind','device','01a22d39-2ed6-7058-9afe-966dc1243927','place','','9632ca5f314c40f2fd04be1bc807417c3bc67d9deb0b04519bd5ea344cae2ae9');
INSERT INTO "people_audit" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c',2,1795395600000,'01a22d39-2ea7-7478-a4c0-b30a6f8068ac','','device.bind','device','01a22d39-2ee4-7bba-88d7-b8c1933061d4','place','9632ca5f314c40f2fd04be1bc807417c3bc67d9deb0b04519bd5ea344cae2ae9','fffdc2cd3f5e70bca174bc7884b7b915def842bbdaf4cc1ef37a9f1d92f0b2f4');
INSERT INTO "people_audit" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c',3,1795395600000,'01a22d39-2ea7-7478-a4c0-b30a6f8068ac','','device.bind','device','01a22d39-2eeb-771e-9007-c40000d94124','place','fffdc2cd3f5e70bca174bc7884b7b915def842bbdaf4cc1ef37a9f1d92f0b2f4','34a48ea0ed58402bb549311fff084d68e4797e09fc2c23b3705152bbbdc89680');
CREATE TABLE people_audit_head (
    tenant_id TEXT   NOT NULL PRIMARY KEY,
    seq       BIGINT NOT NULL,
    hash      TEXT   NOT NULL
);
INSERT INTO "people_audit_head" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c',3,'34a48ea0ed58402bb549311fff084d68e4797e09fc2c23b3705152bbbdc89680');
CREATE TABLE people_code (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    household_id TEXT   NOT NULL,
    digest       TEXT   NOT NULL,
    issued_by    TEXT   NOT NULL,            -- person id
    issued_at    BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, digest)
);
CREATE TABLE people_household (
    tenant_id TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    place_id  TEXT   NOT NULL,
    ref       TEXT   NOT NULL,
    tenure    TEXT   NOT NULL DEFAULT '',
    occupancy TEXT   NOT NULL DEFAULT '',
    size      BIGINT NOT NULL DEFAULT 0,     -- people it says it has
    since     BIGINT NOT NULL,
    until     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, ref)
);
INSERT INTO "people_household" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-730e-bd08-4a1300b40463','01a22d39-2ea3-72c0-90ef-84d0502b5ef0','guihua-6-301','owned','self',1,1795395600000,0);
INSERT INTO "people_household" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-7573-9664-a85ed5166ac1','01a22d39-2ea3-751d-87af-d562968770cb','guihua-6-302','owned','self',2,1795395600000,0);
INSERT INTO "people_household" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-772a-a4cc-86c5af3d0ceb','01a22d39-2ea3-7675-95bd-499d63a64ed3','guihua-6-303','owned','self',2,1795395600000,0);
INSERT INTO "people_household" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-7866-ae07-e494f07549e5','01a22d39-2ea3-781b-84ca-9d4cd452eba8','guihua-6-304','owned','self',3,1795395600000,0);
INSERT INTO "people_household" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-79a5-984f-707563c9019e','01a22d39-2ea3-7961-9349-25bc1b406a29','guihua-6-401','owned','self',2,1795395600000,0);
INSERT INTO "people_household" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-7c08-b45d-c23c67a32bb5','01a22d39-2ea3-7b64-8c98-30d097edaa1c','guihua-6-402','owned','self',1,1795395600000,0);
INSERT INTO "people_household" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-7d30-be00-9ea2c8979a73','01a22d39-2ea3-7cee-a74a-47982855caee','guihua-6-403','owned','self',2,1795395600000,0);
INSERT INTO "people_household" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-7ea6-90b9-737e80148a60','01a22d39-2ea3-7e06-b0db-c9ed11d7559c','guihua-6-404','owned','self',2,1795395600000,0);
CREATE TABLE people_link (
    tenant_id   TEXT   NOT NULL,
    digest      TEXT   NOT NULL,
    person_id   TEXT   NOT NULL,
    expires_at  BIGINT NOT NULL,
    used_at     BIGINT NOT NULL DEFAULT 0,
    login       TEXT   NOT NULL DEFAULT '',
    password    TEXT   NOT NULL DEFAULT '',
    totp_sealed TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, digest)
);
CREATE TABLE people_login (
    tenant_id   TEXT   NOT NULL,
    login       TEXT   NOT NULL,
    home_tenant TEXT   NOT NULL,
    person_id   TEXT   NOT NULL,
    claimed_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, login)
);
CREATE TABLE people_organisation (
    tenant_id TEXT NOT NULL,
    id        TEXT NOT NULL,
    name      TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);
INSERT INTO "people_organisation" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e9b-7808-9a83-5055b72d2ee8','曹家渡街道（示例账号）');
INSERT INTO "people_organisation" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e9c-733e-ba42-d7460d66b3a1','街道城运中心（示例账号）');
INSERT INTO "people_organisation" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e9c-77d3-be96-b3e6db240d55','街道房管机构（示例账号）');
INSERT INTO "people_organisation" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea6-7b71-ada8-5e5a0669ad18','西武居民区党总支');
INSERT INTO "people_organisation" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea6-7f23-9c34-5cb86a0eab4a','西武居民区委员会');
INSERT INTO "people_organisation" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7281-8da3-f02a376f0340','西武居民区网格');
INSERT INTO "people_organisation" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-738d-84d4-d970e0fe078e','静安桂花园物业（示例）');
CREATE TABLE people_person (
    tenant_id        TEXT   NOT NULL,
    id               TEXT   NOT NULL,
    ref              TEXT   NOT NULL,
    household_id     TEXT   NOT NULL DEFAULT '',  -- empty: staff who do not live here
    name             TEXT   NOT NULL,             -- empty for a child under 14
    pinyin           TEXT   NOT NULL DEFAULT '',
    initials         TEXT   NOT NULL DEFAULT '',
    standing         TEXT   NOT NULL,             -- owner family tenant public_tenant staff
    age_band         TEXT   NOT NULL DEFAULT '',
    phone_sealed     TEXT   NOT NULL DEFAULT '',
    alone_sealed     TEXT   NOT NULL DEFAULT '',  -- 1 or 0, sealed: an elder who lives alone
    has_app          BIGINT NOT NULL DEFAULT 0,
    consent_version  TEXT   NOT NULL DEFAULT '',
    guardian_consent BIGINT NOT NULL DEFAULT 0,
    since            BIGINT NOT NULL,
    until            BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, ref)
);
INSERT INTO "people_person" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e9b-73dd-a047-0b738beae57b','s001','','樊处暑','fanchushu','fcs','staff','','ATAUENiVplsUoqzlPX5nAHYB7hsmZHhFOosZbYppCZkbt9Ffby7XUZ2j4lM','',0,'',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e9b-7c93-b228-fd7c19bcc416','s002','','樊霜降','fanshuangjiang','fsj','staff','','ATAUENjiioyWwVfQZnTSoPSFxwGCnjwOv1RIHNzKXciyndiwGsTehDmX8tc','',0,'',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e9c-70cf-9a32-3e85bc0cf44b','s003','','赖冬至','laidongzhi','ldz','staff','','ATAUENh9vMyFUjceWxRkE7ZU0StEP7k0BI4iI3iyDEw7H6y1sCIYYMiBQXc','',0,'',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e9c-7577-b1ea-f5be42d5ff3c','s004','','田惊蛰','tianjingzhe','tjz','staff','','ATAUENhjAqDX3esWOpZBxGAykt0ZqUV7-IXxIN3-ZUGXHLxBEw3qO6qNjj4','',0,'',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-706a-86ed-6f87a504a6c5','r0343','01a22d39-2ea3-730e-bd08-4a1300b40463','樊大暑','fandashu','fds','owner','70+','ATAUENjw_C5Rwh7dX4M8QBcHE6YkakYAdqlxgWHBg4nsJmM_00YD9TsR8BE','ATAUENih4uCqP71ey1PAIH1jjPNbdanmTIUKwzGf5kessw',1,'2023-08',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-7241-8205-a19772f62f22','r0344','01a22d39-2ea3-7573-9664-a85ed5166ac1','陆立夏','lulixia','llx','owner','60-69','ATAUENhZulJTZDoqHe_ND8czI0rVCphuOxdDDr-4KfULI_jeHXvbpLGUPjo','ATAUENjFL6YMPC8jn0CjQ-2X3l1uCAikgcOL-BFIoIbeQA',1,'2023-08',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-72d2-a40a-b0282b5c6601','r0345','01a22d39-2ea3-7573-9664-a85ed5166ac1','吕白露','lvbailu','lbl','family','70+','ATAUENj8X44x8p4b0lCfP-Y3EuNIf7WvPP8t3JhJb_FUuI-hqxxqm41Q0Ks','ATAUENhHcw9gi99j5M67EXq07ZhzZZGkQdWFhm3rwDA1AQ',0,'2023-08',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-7339-b7c8-ac0f3f645436','r0346','01a22d39-2ea3-772a-a4cc-86c5af3d0ceb','蒋夏至','jiangxiazhi','jxz','owner','25-44','ATAUENiMkGlb7krjvm7dYdgZQvLaO2PB8z1WQCcIY-cWuZLosuWMLlRpiHU','ATAUENiEl2QyNa4yh98Ka0-nSTdG76culzVyowtCDOHdUw',1,'2023-08',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-73a5-82c5-4492cd36981d','r0347','01a22d39-2ea3-772a-a4cc-86c5af3d0ceb','何冬至','hedongzhi','hdz','family','70+','ATAUENia2h7D-SMhA2WltPAv3sjp380LtdM6uiPvfunjx0oUN_hPx7MRJh4','ATAUENgoNT2kd4k811f8u6sPjbSuTEuKc-y4qjS8_7vhZA',1,'2023-08',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-740c-b10f-3d5134e27332','r0348','01a22d39-2ea3-7866-ae07-e494f07549e5','田冬至','tiandongzhi','tdz','owner','25-44','ATAUENiluagtvOYNgcpyor46W0591y9Fs6wbeuWI419H5v96esLJ3yaqbLw','ATAUENjzFfszps0jFI_Cm9wrLTEI4-RHBP-2CD6qTvb-Lg',1,'2023-08',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-744b-bbea-979aed756810','r0349','01a22d39-2ea3-7866-ae07-e494f07549e5','樊小雪','fanxiaoxue','fxx','family','60-69','ATAUENjpQzUUGlPD46uRmIN5MEJW7XBbVbKa4pzCFWRiZKZQeV5as1mgRpE','ATAUENgHrW6IDNmdvV_pUhwaMiDSPfQMpXBEQrcTVJU2Cg',0,'2023-08',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-748c-9af3-a17ba8126b6c','r0350','01a22d39-2ea3-7866-ae07-e494f07549e5','','','','family','0-13','','ATAUENie5VR4v0E3a9xWJW7xNIDJgtg50AmJGBzSxYrFCw',0,'',1,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-74f7-a33e-820fbe4d5e4a','r0351','01a22d39-2ea3-79a5-984f-707563c9019e','顾大雪','gudaxue','gdx','owner','25-44','ATAUENjyfv-wzrq7yrFf3ipLz2FgbV5aObtfVDGmMWJdUY8KO-73DDmLRbs','ATAUENjXdoSJejd3RTPLvu63XrrayLoO6lrlS1smrs5EWg',1,'2023-08',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-7562-9ae4-c009ff7f65a6','r0352','01a22d39-2ea3-79a5-984f-707563c9019e','田芒种','tianmangzhong','tmz','family','45-59','ATAUENgCOUJqavbJEtC8cuoXhDS046iwZ_uq3vVS-7y_vW3KH5aTbGZWkwE','ATAUENiUoISV59_GglViehYuex8nlKzZ2dkV6licpJlvYA',1,'2023-08',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-75a2-9219-3ed636e22090','r0353','01a22d39-2ea3-7c08-b45d-c23c67a32bb5','章芒种','zhangmangzhong','zmz','owner','70+','ATAUENikYyNQklorktRneZtOTDG0RpTkDF4HSPtZ2ues-rJ7LvX8P8tJSyI','ATAUENhICtiElMNQFjypr9RgU0h-xjgul5W_LrqC9-lqng',1,'2023-08',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-75e0-a813-bca74c554035','r0354','01a22d39-2ea3-7d30-be00-9ea2c8979a73','罗大雪','luodaxue','ldx','owner','70+','ATAUENjSJIwAlbaCu18LAa-k-hbaJC6IoiF6W6WXUN-hLGmT8DcDtcREd60','ATAUENh9KsjA_myaer3Ifv1eC03xsaCRm3ZDki2XuvwKCQ',1,'2023-08',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-766f-aa77-775b4f251cc2','r0355','01a22d39-2ea3-7d30-be00-9ea2c8979a73','许秋分','xuqiufen','xqf','family','60-69','ATAUENg-1GAr52W_-GztkhI5yISQA4stV8bpeZcFf29CZGFtP4AgAMDHMjQ','ATAUENhfBs2MsaJrQKbQ7gPIkjMzaptB4fcQEh83l7Tnag',1,'2023-08',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea4-76b2-b223-25428b9f68cd','r0356','01a22d39-2ea3-7ea6-90b9-737e80148a60','夏处暑','xiachushu','xcs','owner','25-44','ATAUENjSg40tMQARpzmBOGAJy5-aq5LyygSSN0_ufw3RMoZbJ5KIrL5iHY4','ATAUENja6jvkIVBdZkwMzJ9eNJ8nBvDoqY0YptHY1Ix_cQ',1,'2023-08',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea6-77ef-b571-096fa1945961','r0357','01a22d39-2ea3-7ea6-90b9-737e80148a60','顾夏至','guxiazhi','gxz','family','60-69','ATAUENgX5w549i8oMQpHwNEg2FIWhVz35OTryE7dnrKN-4nssULRGtDkekE','ATAUENg4fNOmBh-klck8_C17YtfY-bEiyJaetBZn03GPfw',1,'2023-08',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea6-795f-9d3d-901524558418','s010','','何夏至','hexiazhi','hxz','staff','','ATAUENh0HCdrKktu5uZB_IqeIYOShYMG4U58cEPhJb9qwYImApQBVgyKh4U','',0,'',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea6-7e60-aea1-4affd52b0849','s011','','彭夏至','pengxiazhi','pxz','staff','','ATAUENjKaAll_Wr3x02iAXthsGzDuzfYKMtf8XVyASEiK9GKYXoiK-RWYCE','',0,'',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-708a-b761-cbeb1ed09df7','s012','','殷大寒','yindahan','ydh','staff','','ATAUENi25_g1uy3z9tqsBtG1uvJ07ccZIrRPBsK_K4dzoNxsZO52J6VSnPA','',0,'',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-713a-9f30-9910f0d7cf83','s013','','樊春分','fanchunfen','fcf','staff','','ATAUENjJ9taKy66e6HBx4_i8uF4XB8mCypKe69ZlPE-qEDvhCKw0UtrgAYQ','',0,'',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-720e-aef5-4b81ac649955','s014','','许大雪','xudaxue','xdx','staff','','ATAUENh7DXP5R28hvfZx9X01xn5VpFlkFNzAkWsNVFLbUNWHaM2oAaYlQCc','',0,'',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7312-8ef3-66b81e7f6c27','s028','','卢芒种','lumangzhong','lmz','staff','','ATAUENgNLz4FS19Os0fXb7jQlk5rvBcPNPfRdim0Hmo9ddMu11IUx6Xpnp4','',0,'',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7478-a4c0-b30a6f8068ac','s029','','宋雨水','songyushui','sys','staff','','ATAUENhY2hiIF-GVAZg4aCQjE80QnsoJK9rQ9taBFofxE1UjyS8Bs715-G8','',0,'',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-7529-b188-365e4c94e9b3','s030','','田大寒','tiandahan','tdh','staff','','ATAUENhei7hLOo8iRsRa0Su9N0iTVd-P-d3c51mNNBEdSZiIucU2bKknGT4','',0,'',0,1795395600000,0);
INSERT INTO "people_person" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-760b-ab44-5c50fd80b746','s031','','陆谷雨','luguyu','lgy','staff','','ATAUENhuotUwuFSx8JW-6L_8MQeF2Toa7b6qla0qJ5tUKjgN5XZJfs_NJ2U','',0,'',0,1795395600000,0);
CREATE TABLE people_post (
    tenant_id       TEXT   NOT NULL,
    id              TEXT   NOT NULL,
    person_id       TEXT   NOT NULL,
    role            TEXT   NOT NULL,
    place_id        TEXT   NOT NULL,
    organisation_id TEXT   NOT NULL DEFAULT '',
    skill           TEXT   NOT NULL DEFAULT '',
    facts           TEXT   NOT NULL DEFAULT '{}', -- what else the register says, JSON, string values
    since           BIGINT NOT NULL,
    until           BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, person_id, role, place_id)
);
INSERT INTO "people_post" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e9b-7971-81b0-b5d5fce28465','01a22d39-2e9b-73dd-a047-0b738beae57b','street_officer','01a22d39-2e7f-7f0b-8b46-6716bdb2f6f8','01a22d39-2e9b-7808-9a83-5055b72d2ee8','','{"staff":"s001"}',1795395600000,0);
INSERT INTO "people_post" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e9b-7e7a-b1b9-b4379c9a0ce6','01a22d39-2e9b-7c93-b228-fd7c19bcc416','street_officer','01a22d39-2e7f-7f0b-8b46-6716bdb2f6f8','01a22d39-2e9b-7808-9a83-5055b72d2ee8','','{"staff":"s002"}',1795395600000,0);
INSERT INTO "people_post" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e9c-742e-bbfe-1c126e23d68c','01a22d39-2e9c-70cf-9a32-3e85bc0cf44b','grid_dispatcher','01a22d39-2e7f-7f0b-8b46-6716bdb2f6f8','01a22d39-2e9c-733e-ba42-d7460d66b3a1','','{"staff":"s003"}',1795395600000,0);
INSERT INTO "people_post" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e9c-7879-98d4-2141484eeaaf','01a22d39-2e9c-7577-b1ea-f5be42d5ff3c','housing_officer','01a22d39-2e7f-7f0b-8b46-6716bdb2f6f8','01a22d39-2e9c-77d3-be96-b3e6db240d55','','{"staff":"s004"}',1795395600000,0);
INSERT INTO "people_post" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea6-7cb0-92c0-f3d2b834833c','01a22d39-2ea6-795f-9d3d-901524558418','party_secretary','01a22d39-2ea2-7b06-8c2d-70b07ee63680','01a22d39-2ea6-7b71-ada8-5e5a0669ad18','','{"staff":"s010"}',1795395600000,0);
INSERT INTO "people_post" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-701a-868f-08ced16c829a','01a22d39-2ea6-7e60-aea1-4affd52b0849','committee_director','01a22d39-2ea2-7b06-8c2d-70b07ee63680','01a22d39-2ea6-7f23-9c34-5cb86a0eab4a','','{"staff":"s011"}',1795395600000,0);
INSERT INTO "people_post" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-70dd-b6bb-f950e072f7d2','01a22d39-2ea7-708a-b761-cbeb1ed09df7','committee_worker','01a22d39-2ea2-7b06-8c2d-70b07ee63680','01a22d39-2ea6-7f23-9c34-5cb86a0eab4a','','{"staff":"s012"}',1795395600000,0);
INSERT INTO "people_post" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-71ae-9c01-9d68ea27894c','01a22d39-2ea7-713a-9f30-9910f0d7cf83','committee_worker','01a22d39-2ea2-7b06-8c2d-70b07ee63680','01a22d39-2ea6-7f23-9c34-5cb86a0eab4a','','{"staff":"s013"}',1795395600000,0);
INSERT INTO "people_post" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-72a9-9e9b-193e9016db4d','01a22d39-2ea7-720e-aef5-4b81ac649955','grid_worker','01a22d39-2ea2-7b06-8c2d-70b07ee63680','01a22d39-2ea7-7281-8da3-f02a376f0340','','{"staff":"s014"}',1795395600000,0);
INSERT INTO "people_post" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-73ea-98d4-93efe4f259f8','01a22d39-2ea7-7312-8ef3-66b81e7f6c27','property_manager','01a22d39-2ea3-70fd-ae68-351f1a7840da','01a22d39-2ea7-738d-84d4-d970e0fe078e','','{"staff":"s028"}',1795395600000,0);
INSERT INTO "people_post" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-74d4-b996-bd9a5fc04d00','01a22d39-2ea7-7478-a4c0-b30a6f8068ac','property_staff','01a22d39-2ea3-70fd-ae68-351f1a7840da','01a22d39-2ea7-738d-84d4-d970e0fe078e','','{"staff":"s029"}',1795395600000,0);
INSERT INTO "people_post" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-756d-8185-afa517896719','01a22d39-2ea7-7529-b188-365e4c94e9b3','property_staff','01a22d39-2ea3-70fd-ae68-351f1a7840da','01a22d39-2ea7-738d-84d4-d970e0fe078e','','{"staff":"s030"}',1795395600000,0);
INSERT INTO "people_post" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea7-764c-a8b4-6bfe5a8e7a2b','01a22d39-2ea7-760b-ab44-5c50fd80b746','property_staff','01a22d39-2ea3-70fd-ae68-351f1a7840da','01a22d39-2ea7-738d-84d4-d970e0fe078e','','{"staff":"s031"}',1795395600000,0);
CREATE TABLE people_recovery (
    tenant_id TEXT   NOT NULL,
    digest    TEXT   NOT NULL,
    person_id TEXT   NOT NULL,
    used_at   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, digest)
);
CREATE TABLE people_session (
    tenant_id    TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    person_id    TEXT   NOT NULL,
    kind         TEXT   NOT NULL,            -- resident staff half
    digest       TEXT   NOT NULL,
    prior_digest TEXT   NOT NULL DEFAULT '', -- the token before the last rotation
    prior_until  BIGINT NOT NULL DEFAULT 0,  -- how long it is still taken
    rotate       BIGINT NOT NULL DEFAULT 0,  -- 1: give a new token at the next request
    device       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    seen_at      BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL DEFAULT 0, duty_until BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, digest)
);
CREATE TABLE people_throttle (
    tenant_id TEXT   NOT NULL,
    subject   TEXT   NOT NULL,
    failures  BIGINT NOT NULL DEFAULT 0,
    last_at   BIGINT NOT NULL DEFAULT 0,
    until     BIGINT NOT NULL DEFAULT 0,     -- no try is taken before this instant
    PRIMARY KEY (tenant_id, subject)
);
CREATE TABLE people_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "people_version" VALUES(1,0,1,'2026-11-30 16:10:51');
INSERT INTO "people_version" VALUES(2,1,1,'2026-11-30 16:10:51');
INSERT INTO "people_version" VALUES(3,2,1,'2026-11-30 16:10:51');
INSERT INTO "people_version" VALUES(4,3,1,'2026-11-30 16:10:51');
INSERT INTO "people_version" VALUES(5,4,1,'2026-11-30 16:10:51');
INSERT INTO "people_version" VALUES(6,5,1,'2026-11-30 16:10:51');
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
INSERT INTO "place_node" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2e7f-7f0b-8b46-6716bdb2f6f8','','subdistrict','caojiadu','曹家渡街道','','','','/01a22d39-2e7f-7f0b-8b46-6716bdb2f6f8/','曹家渡街道',0,0,0,0,'{}',0);
INSERT INTO "place_node" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea2-7b06-8c2d-70b07ee63680','','neighbourhood','xiwu','西武居民区','','','','/01a22d39-2ea2-7b06-8c2d-70b07ee63680/','西武居民区',0,0,0,0,'{}',0);
INSERT INTO "place_node" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-70fd-ae68-351f1a7840da','01a22d39-2ea2-7b06-8c2d-70b07ee63680','compound','guihua','静安桂花园','桂花园','万航渡路','660弄','/01a22d39-2ea2-7b06-8c2d-70b07ee63680/01a22d39-2ea3-70fd-ae68-351f1a7840da/','静安桂花园',0,0,0,2004,'{"committee_state":"normal","households":"128","kind":"商品房","lat":"31.2306","long":"121.4338","note":"户数为假设"}',0);
INSERT INTO "place_node" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-7230-bfed-dd43f319006e','01a22d39-2ea3-70fd-ae68-351f1a7840da','building','guihua-6','6号','','','','/01a22d39-2ea2-7b06-8c2d-70b07ee63680/01a22d39-2ea3-70fd-ae68-351f1a7840da/01a22d39-2ea3-7230-bfed-dd43f319006e/','00000006号',0,16,722848,0,'{"group":"6号楼","households":"64","lifts":"2"}',0);
INSERT INTO "place_node" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-72c0-90ef-84d0502b5ef0','01a22d39-2ea3-7230-bfed-dd43f319006e','dwelling','guihua-6-301','301','','','','/01a22d39-2ea2-7b06-8c2d-70b07ee63680/01a22d39-2ea3-70fd-ae68-351f1a7840da/01a22d39-2ea3-7230-bfed-dd43f319006e/01a22d39-2ea3-72c0-90ef-84d0502b5ef0/','00000301',3,0,12829,0,'{}',0);
INSERT INTO "place_node" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-751d-87af-d562968770cb','01a22d39-2ea3-7230-bfed-dd43f319006e','dwelling','guihua-6-302','302','','','','/01a22d39-2ea2-7b06-8c2d-70b07ee63680/01a22d39-2ea3-70fd-ae68-351f1a7840da/01a22d39-2ea3-7230-bfed-dd43f319006e/01a22d39-2ea3-751d-87af-d562968770cb/','00000302',3,0,9602,0,'{}',0);
INSERT INTO "place_node" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-7675-95bd-499d63a64ed3','01a22d39-2ea3-7230-bfed-dd43f319006e','dwelling','guihua-6-303','303','','','','/01a22d39-2ea2-7b06-8c2d-70b07ee63680/01a22d39-2ea3-70fd-ae68-351f1a7840da/01a22d39-2ea3-7230-bfed-dd43f319006e/01a22d39-2ea3-7675-95bd-499d63a64ed3/','00000303',3,0,9677,0,'{}',0);
INSERT INTO "place_node" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-781b-84ca-9d4cd452eba8','01a22d39-2ea3-7230-bfed-dd43f319006e','dwelling','guihua-6-304','304','','','','/01a22d39-2ea2-7b06-8c2d-70b07ee63680/01a22d39-2ea3-70fd-ae68-351f1a7840da/01a22d39-2ea3-7230-bfed-dd43f319006e/01a22d39-2ea3-781b-84ca-9d4cd452eba8/','00000304',3,0,13070,0,'{}',0);
INSERT INTO "place_node" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-7961-9349-25bc1b406a29','01a22d39-2ea3-7230-bfed-dd43f319006e','dwelling','guihua-6-401','401','','','','/01a22d39-2ea2-7b06-8c2d-70b07ee63680/01a22d39-2ea3-70fd-ae68-351f1a7840da/01a22d39-2ea3-7230-bfed-dd43f319006e/01a22d39-2ea3-7961-9349-25bc1b406a29/','00000401',4,0,12829,0,'{}',0);
INSERT INTO "place_node" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-7b64-8c98-30d097edaa1c','01a22d39-2ea3-7230-bfed-dd43f319006e','dwelling','guihua-6-402','402','','','','/01a22d39-2ea2-7b06-8c2d-70b07ee63680/01a22d39-2ea3-70fd-ae68-351f1a7840da/01a22d39-2ea3-7230-bfed-dd43f319006e/01a22d39-2ea3-7b64-8c98-30d097edaa1c/','00000402',4,0,9602,0,'{}',0);
INSERT INTO "place_node" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-7cee-a74a-47982855caee','01a22d39-2ea3-7230-bfed-dd43f319006e','dwelling','guihua-6-403','403','','','','/01a22d39-2ea2-7b06-8c2d-70b07ee63680/01a22d39-2ea3-70fd-ae68-351f1a7840da/01a22d39-2ea3-7230-bfed-dd43f319006e/01a22d39-2ea3-7cee-a74a-47982855caee/','00000403',4,0,9677,0,'{}',0);
INSERT INTO "place_node" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2ea3-7e06-b0db-c9ed11d7559c','01a22d39-2ea3-7230-bfed-dd43f319006e','dwelling','guihua-6-404','404','','','','/01a22d39-2ea2-7b06-8c2d-70b07ee63680/01a22d39-2ea3-70fd-ae68-351f1a7840da/01a22d39-2ea3-7230-bfed-dd43f319006e/01a22d39-2ea3-7e06-b0db-c9ed11d7559c/','00000404',4,0,13070,0,'{}',0);
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
, phone TEXT NOT NULL DEFAULT '');
INSERT INTO "place_tenant" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','','subdistrict','caojiadu','曹家渡街道','JD','静安区','上海市','01a22d39-2e7f-7f0b-8b46-6716bdb2f6f8',1,1795395600000,'');
INSERT INTO "place_tenant" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2e7f-7f04-a45b-eacd82ad49eb','neighbourhood','xiwu','西武居民区','XW','静安区','上海市','01a22d39-2ea2-7b06-8c2d-70b07ee63680',1,1795395600000,'021-00009002');
CREATE TABLE place_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "place_version" VALUES(1,0,1,'2026-11-30 16:10:51');
INSERT INTO "place_version" VALUES(2,1,1,'2026-11-30 16:10:51');
INSERT INTO "place_version" VALUES(3,2,1,'2026-11-30 16:10:51');
CREATE TABLE report_api_key (
    tenant_id  TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    digest     TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, id)
);
CREATE TABLE report_case (
    tenant_id     TEXT   NOT NULL,           -- the subdistrict
    matter_id     TEXT   NOT NULL,
    neighbourhood TEXT   NOT NULL,
    number        TEXT   NOT NULL,
    category      TEXT   NOT NULL,
    place         TEXT   NOT NULL,
    since         BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, matter_id)
);
INSERT INTO "report_case" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2f39-7126-b244-f8508b8ebbb7','01a22d39-2ea2-7aff-96c1-bebf9674759c','26-0001','fire.corridor_block','静安桂花园 6号',1795485660000);
INSERT INTO "report_case" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','01a22d39-2f5f-7d78-9e86-9c109095936e','01a22d39-2ea2-7aff-96c1-bebf9674759c','26-0002','fire.corridor_block','静安桂花园 6号',1795575720000);
CREATE TABLE report_category (
    tenant_id   TEXT   NOT NULL,
    code        TEXT   NOT NULL,
    sort        BIGINT NOT NULL,
    group_code  TEXT   NOT NULL,
    group_zh    TEXT   NOT NULL,
    group_en    TEXT   NOT NULL,
    zh          TEXT   NOT NULL,
    en          TEXT   NOT NULL,
    handler     TEXT   NOT NULL,
    accept_min  BIGINT NOT NULL,
    resolve_h   BIGINT NOT NULL,
    escalate_to TEXT   NOT NULL DEFAULT '',
    priority    TEXT   NOT NULL,
    law         TEXT   NOT NULL DEFAULT '',
    retired_at  BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, code)
);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','fire.corridor_block',0,'fire','消防安全','Fire safety','疏散通道、安全出口堵塞','Escape route or exit blocked','property',15,24,'fire_rescue','P1','市消防条例43；住宅物业消防办法18',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','fire.lane',1,'fire','消防安全','Fire safety','消防车通道被占','Fire lane occupied','property',10,2,'police_traffic','P1','市消防条例43',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','fire.facility',2,'fire','消防安全','Fire safety','消防设施损坏、缺失','Fire equipment damaged or missing','property',30,72,'housing_office','P1','市消防条例18',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','fire.smoke',3,'fire','消防安全','Fire safety','冒烟、焦味','Smoke or burning smell','property+committee+volunteer',1,1,'119','P0','先拨119',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','ebike.wire',4,'ebike','电动自行车','E-bikes','飞线充电','Charging by flying wire','property',15,4,'urban_management','P1','非机动车条例29、44',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','ebike.indoor',5,'ebike','电动自行车','E-bikes','进楼入户停放、充电（含电池）','E-bike or battery indoors','property',15,4,'urban_management','P1','非机动车条例29、44',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','ebike.lift',6,'ebike','电动自行车','E-bikes','电动自行车进电梯','E-bike in a lift','property',15,4,'urban_management','P1','非机动车条例29、44',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','ebike.point',7,'ebike','电动自行车','E-bikes','充电设施故障','Charging point broken','operator',60,48,'property','P3','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','ebike.abandoned',8,'ebike','电动自行车','E-bikes','废弃非机动车','Abandoned bicycle or e-bike','committee',1440,720,'street','P4','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','corridor.clutter',9,'corridor','楼道','Corridors','楼道堆物','Clutter in corridor','property',60,72,'urban_management','P2','物业管理规定56、59、85',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','corridor.light',10,'corridor','楼道','Corridors','楼道照明','Corridor light','property',60,24,'','P3','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','corridor.door',11,'corridor','楼道','Corridors','单元门、门禁','Entrance door or access control','property',60,48,'','P3','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','corridor.ad',12,'corridor','楼道','Corridors','小广告','Illegal posters','property',240,72,'urban_management','P4','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','lift.trapped',13,'lift','电梯','Lifts','电梯困人','People trapped','maintenance',5,1,'96333','P0','30分钟到场（凭记忆）',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','lift.fault',14,'lift','电梯','Lifts','电梯故障停运','Lift out of service','maintenance',15,24,'market_supervision','P1','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','lift.noise',15,'lift','电梯','Lifts','异响、平层不准','Noise or levelling','maintenance',60,72,'','P2','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','water.leak_public',16,'water','水电气','Water, power and gas','共用管道漏水、爆管','Burst or leaking shared pipe','property',30,4,'utility','P1','物业管理规定60',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','water.roof',17,'water','水电气','Water, power and gas','屋面、外墙渗漏','Roof or wall leak','property',240,168,'housing_office','P2','物业管理规定73',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','water.sewer',18,'water','水电气','Water, power and gas','下水道堵塞、污水冒溢','Blocked sewer','property',30,12,'drainage','P1','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','water.power',19,'water','水电气','Water, power and gas','停电、电箱隐患','Power failure or unsafe box','property',15,4,'utility','P1','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','water.gas',20,'water','水电气','Water, power and gas','燃气泄漏','Gas leak','gas_company',1,1,'962777','P0','先拨燃气热线（号码凭记忆）',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','facade.falling',21,'facade','房屋与高空','Building and falling objects','墙面、附属构件松动坠落','Loose facade or fitting','property',10,4,'housing_office','P0','物业管理规定73',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','facade.throw',22,'facade','房屋与高空','Building and falling objects','高空抛物','Objects thrown from height','property',30,48,'police','P1','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','facade.illegal',23,'facade','房屋与高空','Building and falling objects','违法搭建、破坏承重','Illegal structure or bearing wall','property',60,24,'urban_management','P2','劝阻无效24小时内报告：物业管理规定59',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','facade.renovate',24,'facade','房屋与高空','Building and falling objects','装修违规（时间、垃圾）','Renovation breach','property',60,48,'','P3','物业管理规定57',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','parking.misuse',25,'parking','停车','Parking','占用他人车位、乱停','Occupying another bay or mis-parking','property',15,4,'','P3','机动车停放规定10、11',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','parking.block',26,'parking','停车','Parking','堵塞出入口','Blocking an exit','property',10,1,'police_traffic','P1','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','parking.abandoned',27,'parking','停车','Parking','长期无主机动车','Abandoned car','property',1440,720,'police_traffic','P4','机动车停放规定11',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','parking.device',28,'parking','停车','Parking','道闸、地磁故障','Gate or bay sensor fault','vendor',60,48,'property','P3','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','clean.garbage',29,'clean','环境卫生','Cleanliness','垃圾满溢、暴露垃圾','Overflowing waste','property',60,12,'','P3','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','clean.sort',30,'clean','环境卫生','Cleanliness','垃圾未分类','Waste not sorted','property',240,48,'urban_management','P4','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','clean.bulky',31,'clean','环境卫生','Cleanliness','大件、装修垃圾','Bulky or renovation waste','property',240,72,'','P3','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','clean.pest',32,'clean','环境卫生','Cleanliness','病媒生物','Pests','property',1440,168,'street','P4','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','green.tree',33,'green','绿化','Greenery','树木倒伏、遮光','Fallen or light-blocking tree','property',30,168,'greening','P2','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','green.damage',34,'green','绿化','Greenery','毁绿占绿','Damaged or occupied green','property',240,168,'urban_management','P4','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','people.elder',35,'people','人与邻里','People and neighbours','老人需要帮助','Older person needs help','committee',10,4,'120','P1','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','people.noise',36,'people','人与邻里','People and neighbours','噪声扰邻','Noise','committee',120,72,'police','P3','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','people.pet',37,'people','人与邻里','People and neighbours','宠物扰邻、未牵绳','Pets','committee',240,72,'police','P4','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','people.rent',38,'people','人与邻里','People and neighbours','群租','Overcrowded letting','committee',240,168,'housing_office','P3','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','service.attitude',39,'service','物业服务与公开','Service and disclosure','物业服务投诉','Complaint about property service','committee',240,120,'housing_office','P3','',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','service.account',40,'service','物业服务与公开','Service and disclosure','收支公示异议','Question on published accounts','owners_committee',480,240,'housing_office','P4','物业管理规定66',0);
INSERT INTO "report_category" VALUES('01a22d39-2e7f-7f04-a45b-eacd82ad49eb','service.idea',41,'service','物业服务与公开','Service and disclosure','建议（转议事厅）','Idea (moves to the council hall)','committee',1440,360,'','P4','',0);
CREATE TABLE report_contact (
    tenant_id TEXT NOT NULL,
    matter_id TEXT NOT NULL,
    sealed    TEXT NOT NULL,
    PRIMARY KEY (tenant_id, matter_id)
);
CREATE TABLE report_detail (
    tenant_id   TEXT   NOT NULL,
    matter_id   TEXT   NOT NULL,
    category    TEXT   NOT NULL,
    compound_id TEXT   NOT NULL,
    building_id TEXT   NOT NULL,
    spot        TEXT   NOT NULL,             -- 11 楼楼道, in the reporter's words
    words       TEXT   NOT NULL,
    anonymous   BIGINT NOT NULL,
    source      TEXT   NOT NULL,             -- app | desk | open311 | api | register
    happened_at BIGINT NOT NULL,             -- when it was photographed; earlier than raised_at if sent later
    raised_at   BIGINT NOT NULL,             -- as in the head, for the indexes
    open        BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,             -- as in the head, for the index
    level       BIGINT NOT NULL,             -- how far a missed deadline has climbed
    accept_by   BIGINT NOT NULL,
    mend_by     BIGINT NOT NULL,
    taken_at    BIGINT NOT NULL DEFAULT 0,
    finished_at BIGINT NOT NULL DEFAULT 0,
    closed_at   BIGINT NOT NULL DEFAULT 0,
    rating      BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, matter_id)
);
INSERT INTO "report_detail" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f39-7126-b244-f8508b8ebbb7','fire.corridor_block','01a22d39-2ea3-70fd-ae68-351f1a7840da','01a22d39-2ea3-7230-bfed-dd43f319006e','','late one',0,'app',1795395600000,1795395600000,1,1795396500000,2,1795396500000,1795482000000,0,0,0,0);
INSERT INTO "report_detail" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f5f-7d78-9e86-9c109095936e','fire.corridor_block','01a22d39-2ea3-70fd-ae68-351f1a7840da','01a22d39-2ea3-7230-bfed-dd43f319006e','','mended one',0,'app',1795395600000,1795395600000,1,1795482000000,2,1795396500000,1795482000000,1795395600000,0,0,0);
INSERT INTO "report_detail" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fa2-789e-bfe7-67c612a16dd0','fire.corridor_block','01a22d39-2ea3-70fd-ae68-351f1a7840da','01a22d39-2ea3-7230-bfed-dd43f319006e','','withdrawn one',0,'app',1795395600000,1795395600000,0,0,0,1795396500000,1795482000000,0,0,1795395600000,0);
INSERT INTO "report_detail" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-3075-75e2-9670-2e96aa97336a','fire.corridor_block','01a22d39-2ea3-70fd-ae68-351f1a7840da','01a22d39-2ea3-7230-bfed-dd43f319006e','','new one',0,'app',1795665780000,1795665780000,1,1795666680000,0,1795666680000,1795752180000,0,0,0,0);
CREATE TABLE report_outside (
    tenant_id TEXT   NOT NULL,
    matter_id TEXT   NOT NULL,
    placed    BIGINT NOT NULL,               -- 1: a position was given
    lat       BIGINT NOT NULL,               -- WGS84, 0.0000001 degrees
    long      BIGINT NOT NULL,
    media_url TEXT   NOT NULL,
    PRIMARY KEY (tenant_id, matter_id)
);
CREATE TABLE report_photo (
    tenant_id TEXT   NOT NULL,
    matter_id TEXT   NOT NULL,
    seq       BIGINT NOT NULL,               -- entry it came with
    place     BIGINT NOT NULL,               -- order within the entry
    hash      TEXT   NOT NULL,
    thumb     TEXT   NOT NULL,
    width     BIGINT NOT NULL,
    height    BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, matter_id, seq, place)
);
CREATE TABLE report_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "report_version" VALUES(1,0,1,'2026-11-30 16:10:51');
INSERT INTO "report_version" VALUES(2,1,1,'2026-11-30 16:10:51');
INSERT INTO "report_version" VALUES(3,2,1,'2026-11-30 16:10:51');
INSERT INTO "report_version" VALUES(4,3,1,'2026-11-30 16:10:51');
CREATE VIRTUAL TABLE search_doc USING fts5(scope, body, id UNINDEXED, tokenize = 'unicode61', detail = 'column', columnsize = 0);
INSERT INTO search_doc(rowid, scope, body, id) VALUES(1882608736665600000,'in01a22d392ea27aff96c1bebf9674759czreport compoundz01a22d392ea370fdae68351f1a7840da buildingz01a22d392ea37230bfeddd43f319006e categoryzfirecorridorblock byz01a22d392ea472418205a19772f62f22','26 0001 疏散 散通 通道 道 安全 全出 出口 口堵 堵塞 塞 escape route or exit blocked 静安 安桂 桂花 花园 园 6 号 late one','01a22d39-2f39-7126-b244-f8508b8ebbb7');
INSERT INTO search_doc(rowid, scope, body, id) VALUES(1882608736665600001,'in01a22d392ea27aff96c1bebf9674759czreport compoundz01a22d392ea370fdae68351f1a7840da buildingz01a22d392ea37230bfeddd43f319006e categoryzfirecorridorblock byz01a22d392ea472418205a19772f62f22','26 0002 疏散 散通 通道 道 安全 全出 出口 口堵 堵塞 塞 escape route or exit blocked 静安 安桂 桂花 花园 园 6 号 mended one','01a22d39-2f5f-7d78-9e86-9c109095936e');
INSERT INTO search_doc(rowid, scope, body, id) VALUES(1882608736665600002,'in01a22d392ea27aff96c1bebf9674759czreport compoundz01a22d392ea370fdae68351f1a7840da buildingz01a22d392ea37230bfeddd43f319006e categoryzfirecorridorblock byz01a22d392ea472418205a19772f62f22','26 0004 疏散 散通 通道 道 安全 全出 出口 口堵 堵塞 塞 escape route or exit blocked 静安 安桂 桂花 花园 园 6 号 withdrawn one','01a22d39-2fa2-789e-bfe7-67c612a16dd0');
INSERT INTO search_doc(rowid, scope, body, id) VALUES(1882892040929280000,'in01a22d392ea27aff96c1bebf9674759czreport compoundz01a22d392ea370fdae68351f1a7840da buildingz01a22d392ea37230bfeddd43f319006e categoryzfirecorridorblock byz01a22d392ea472418205a19772f62f22','26 0013 疏散 散通 通道 道 安全 全出 出口 口堵 堵塞 塞 escape route or exit blocked 静安 安桂 桂花 花园 园 6 号 new one','01a22d39-3075-75e2-9670-2e96aa97336a');
CREATE TABLE search_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "search_version" VALUES(1,0,1,'2026-11-30 16:10:51');
INSERT INTO "search_version" VALUES(2,1,1,'2026-11-30 16:10:51');
CREATE TABLE store_beat (tenant_id TEXT NOT NULL PRIMARY KEY, beat BIGINT NOT NULL);
INSERT INTO "store_beat" VALUES('',0);
CREATE TABLE store_schema (mark TEXT NOT NULL);
INSERT INTO "store_schema" VALUES('717cb3a6ee4f0edaf1111f1e6bd12c214167a785203dc2349a2d1372011f5276');
CREATE TABLE upkeep_ticket (
    tenant_id TEXT   NOT NULL,
    matter_id TEXT   NOT NULL,
    device_id TEXT   NOT NULL,
    cause     TEXT   NOT NULL,              -- battery tamper fault silent not_understood replace qos0 false_alarms lift
    spot      TEXT   NOT NULL,              -- 厨房
    open      BIGINT NOT NULL DEFAULT 1,
    by_itself BIGINT NOT NULL,              -- closes when the device is well again
    well_at   BIGINT NOT NULL DEFAULT 0,    -- the device reports no trouble since; 0: it has it
    times     BIGINT NOT NULL DEFAULT 1,    -- how often it was reported
    remedy    TEXT   NOT NULL DEFAULT '', level BIGINT NOT NULL DEFAULT 0,   -- battery cleaned repaired replaced moved mapped nothing
    PRIMARY KEY (tenant_id, matter_id)
);
INSERT INTO "upkeep_ticket" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2f7e-7817-b654-6f48b410dd58','01a22d39-2ee4-7bba-88d7-b8c1933061d4','battery','厨房',0,1,0,1,'battery',0);
INSERT INTO "upkeep_ticket" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fa9-7b0c-ae9c-4c22b1f928bf','01a22d39-2ee4-7bba-88d7-b8c1933061d4','battery','厨房',1,1,0,1,'',0);
INSERT INTO "upkeep_ticket" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fac-7dc6-ba39-fcec919a936b','01a22d39-2ed6-7058-9afe-966dc1243927','silent','厨房',1,1,1795665780000,1,'',2);
INSERT INTO "upkeep_ticket" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fad-7e9f-9c43-d3760c859630','01a22d39-2ee4-7bba-88d7-b8c1933061d4','silent','厨房',1,1,0,1,'',2);
INSERT INTO "upkeep_ticket" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2fae-75d3-9dd7-23ed1c2197ef','01a22d39-2eeb-771e-9007-c40000d94124','silent','厨房',1,1,1795665780000,1,'',2);
INSERT INTO "upkeep_ticket" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-2faf-7664-8d3d-82cc9a108aec','01a22d39-2ef6-7bcc-8112-98b3665470fc','silent','',1,1,1795665780000,1,'',2);
INSERT INTO "upkeep_ticket" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-3053-7489-8759-3bac4b51f39c','01a22d39-2eeb-771e-9007-c40000d94124','fault','厨房',1,1,0,1,'',0);
INSERT INTO "upkeep_ticket" VALUES('01a22d39-2ea2-7aff-96c1-bebf9674759c','01a22d39-305b-7240-a05c-19dbba35d295','01a22d39-2ef6-7bcc-8112-98b3665470fc','battery','',1,1,0,1,'',0);
CREATE TABLE upkeep_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO "upkeep_version" VALUES(1,0,1,'2026-11-30 16:10:51');
INSERT INTO "upkeep_version" VALUES(2,1,1,'2026-11-30 16:10:51');
INSERT INTO "upkeep_version" VALUES(3,20,1,'2026-11-30 16:10:51');
CREATE INDEX job_due_at ON job_due (tenant_id, dead, due_at);
CREATE UNIQUE INDEX inbox_message_once ON inbox_message (tenant_id, device, once_key) WHERE once_key <> '';
CREATE INDEX inbox_message_waiting ON inbox_message (tenant_id, urgent, id) WHERE decoded_at = 0;
CREATE INDEX inbox_message_trouble ON inbox_message (tenant_id, id) WHERE trouble <> '';
CREATE INDEX inbox_message_device ON inbox_message (tenant_id, device, id);
CREATE INDEX inbox_retained_size ON inbox_retained (tenant_id, device, size);
CREATE INDEX inbox_retained_expiry ON inbox_retained (tenant_id, device, expires_at) WHERE expires_at <> 0;
CREATE INDEX place_node_parent ON place_node (tenant_id, parent_id, sort);
CREATE INDEX place_node_path ON place_node (tenant_id, path);
CREATE INDEX people_household_place ON people_household (tenant_id, place_id);
CREATE INDEX people_person_order ON people_person (tenant_id, pinyin, id);
CREATE INDEX people_post_place ON people_post (tenant_id, place_id, role);
CREATE INDEX people_code_household ON people_code (tenant_id, household_id, ended_at);
CREATE INDEX people_recovery_person ON people_recovery (tenant_id, person_id);
CREATE INDEX people_link_person ON people_link (tenant_id, person_id);
CREATE INDEX people_session_prior ON people_session (tenant_id, prior_digest);
CREATE INDEX people_session_person ON people_session (tenant_id, person_id, ended_at);
CREATE INDEX people_audit_about ON people_audit (tenant_id, resource_id, action, seq);
CREATE INDEX people_person_members ON people_person (tenant_id, household_id, ref, id);
CREATE INDEX device_unit_bridge ON device_unit (tenant_id, bridge, name);
CREATE INDEX device_unit_place ON device_unit (tenant_id, place_id);
CREATE INDEX device_unit_quiet ON device_unit (tenant_id, silent, quiet_at);
CREATE INDEX device_unit_remind ON device_unit (tenant_id, remind_at);
CREATE INDEX device_unit_replace ON device_unit (tenant_id, replace_by);
CREATE INDEX device_unit_safety ON device_unit (tenant_id, life_safety, tested_at);
CREATE UNIQUE INDEX device_credential_station ON device_credential (tenant_id, station) WHERE station <> '' AND ended_at = 0;
CREATE INDEX device_link_credential ON device_link (tenant_id, credential);
CREATE INDEX matter_head_newest ON matter_head (tenant_id, kind, raised_at, id);
CREATE INDEX matter_head_raised_by ON matter_head (tenant_id, raised_by, raised_at);
CREATE INDEX matter_link_to ON matter_link (tenant_id, to_id);
CREATE UNIQUE INDEX notify_message_receipt ON notify_message (tenant_id, id) WHERE channel IN ('sms', 'voice', 'push');
CREATE INDEX notify_member_circle ON notify_member (tenant_id, circle_id, person_id);
CREATE INDEX notify_receipt_unseen ON notify_receipt (tenant_id, person_id) WHERE seen_at = 0;
CREATE VIEW notify_told AS
SELECT t.tenant_id, m.person_id AS to_id, 'app' AS channel, t.matter_id, t.seq, t.key, t.args, t.created_at, t.created_at AS handed_at
FROM notify_telling t JOIN notify_member m ON m.tenant_id = t.tenant_id AND m.circle_id = t.circle_id
UNION ALL
SELECT tenant_id, to_id, channel, matter_id, seq, key, args, created_at, handed_at FROM notify_message;
CREATE INDEX report_detail_all ON report_detail (tenant_id, raised_at, matter_id);
CREATE INDEX report_detail_newest ON report_detail (tenant_id, compound_id, raised_at, matter_id);
CREATE INDEX report_detail_kind ON report_detail (tenant_id, category, raised_at, matter_id);
CREATE INDEX report_detail_open ON report_detail (tenant_id, open, due_at, matter_id);
CREATE INDEX report_case_since ON report_case (tenant_id, since, matter_id);
CREATE UNIQUE INDEX report_api_key_digest ON report_api_key (tenant_id, digest);
CREATE INDEX alarm_duty_now ON alarm_duty (tenant_id, place_id, until);
CREATE INDEX alarm_duty_past ON alarm_duty (tenant_id, until, id);
CREATE INDEX alarm_shift_time ON alarm_shift (tenant_id, from_at, id);
CREATE INDEX alarm_followup_open ON alarm_followup (tenant_id, open, raised_at);
CREATE INDEX alarm_followup_incident ON alarm_followup (tenant_id, incident_id);
CREATE INDEX alarm_trial_until ON alarm_trial (tenant_id, until_at, id);
CREATE VIEW alarm_called AS
SELECT r.tenant_id, r.matter_id, r.person_id, r.audience, r.handed_at, r.answer, r.answered_at, r.door_at, r.due_at FROM alarm_responder r
UNION ALL
SELECT i.tenant_id, i.matter_id, w.person_id, w.audience, i.called_at, '', 0, 0, 0 FROM alarm_incident i
JOIN alarm_wave w ON w.tenant_id = i.tenant_id AND w.wave_id = i.wave_id
WHERE NOT EXISTS (SELECT 1 FROM alarm_responder r WHERE r.tenant_id = i.tenant_id AND r.matter_id = i.matter_id AND r.person_id = w.person_id);
CREATE INDEX alarm_incident_past ON alarm_incident (tenant_id, raised_at, matter_id) WHERE open = 0;
CREATE INDEX alarm_incident_device ON alarm_incident (tenant_id, device_id, kind, raised_at) WHERE open = 0;
CREATE INDEX alarm_incident_hush ON alarm_incident (tenant_id, hush_until, matter_id) WHERE open = 1 AND hush_until > 0;
CREATE INDEX alarm_incident_urgent ON alarm_incident (tenant_id, open, urgency, raised_at, matter_id) WHERE open = 1;
CREATE INDEX alarm_incident_compound ON alarm_incident (tenant_id, compound_id, urgency, raised_at, matter_id) WHERE open = 1;
CREATE INDEX alarm_incident_building ON alarm_incident (tenant_id, building_id, urgency, raised_at, matter_id) WHERE open = 1;
CREATE INDEX alarm_incident_place ON alarm_incident (tenant_id, place_id, urgency, raised_at, matter_id) WHERE open = 1;
CREATE INDEX alarm_incident_lift ON alarm_incident (tenant_id, raised_at, matter_id) WHERE kind || '' = 'entrapment';
CREATE INDEX alarm_headcount_since ON alarm_headcount (tenant_id, building_id, at, id);
CREATE INDEX alarm_incident_told ON alarm_incident (tenant_id, building_at, matter_id) WHERE open = 1 AND building_at > 0;
CREATE INDEX care_elder_ended ON care_elder (tenant_id, withdrawn_at, building_id);
CREATE INDEX care_carer_person ON care_carer (tenant_id, person_id);
CREATE INDEX care_look_elder ON care_look (tenant_id, elder_id, at);
CREATE INDEX care_visit_elder ON care_visit (tenant_id, elder_id, due_at);
CREATE INDEX care_visit_turn ON care_visit (tenant_id, volunteer_id, open, due_at);
CREATE INDEX care_away_person ON care_away (tenant_id, person_id, until_at);
CREATE INDEX care_visit_open ON care_visit (tenant_id, open, elder_id, due_at);
CREATE INDEX care_kin_elders ON care_kin (tenant_id, kin_key, elder_id);
CREATE UNIQUE INDEX upkeep_ticket_open ON upkeep_ticket (tenant_id, device_id, cause) WHERE open = 1;
CREATE INDEX upkeep_ticket_device ON upkeep_ticket (tenant_id, device_id, matter_id);
CREATE INDEX upkeep_ticket_list ON upkeep_ticket (tenant_id, open, matter_id);
CREATE INDEX upkeep_ticket_level ON upkeep_ticket (tenant_id, level, open, matter_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('job_version',3);
INSERT INTO "sqlite_sequence" VALUES('search_version',2);
INSERT INTO "sqlite_sequence" VALUES('inbox_version',4);
INSERT INTO "sqlite_sequence" VALUES('place_version',3);
INSERT INTO "sqlite_sequence" VALUES('people_version',6);
INSERT INTO "sqlite_sequence" VALUES('device_version',7);
INSERT INTO "sqlite_sequence" VALUES('matter_version',2);
INSERT INTO "sqlite_sequence" VALUES('notify_version',5);
INSERT INTO "sqlite_sequence" VALUES('report_version',4);
INSERT INTO "sqlite_sequence" VALUES('alarm_version',15);
INSERT INTO "sqlite_sequence" VALUES('care_version',5);
INSERT INTO "sqlite_sequence" VALUES('upkeep_version',3);
COMMIT;
