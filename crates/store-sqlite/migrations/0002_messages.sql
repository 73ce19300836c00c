-- The last receipt of each log, apart from the instance: its row is long, and would be
-- written anew with each notification.
CREATE TABLE receipt_count (
    instance INTEGER PRIMARY KEY REFERENCES instance (id) ON DELETE CASCADE,
    last     INTEGER NOT NULL
) STRICT;

INSERT INTO receipt_count (instance, last) SELECT id, last_receipt FROM instance;

ALTER TABLE instance DROP COLUMN last_receipt;

CREATE TRIGGER instance_counts AFTER INSERT ON instance BEGIN
    INSERT INTO receipt_count (instance, last) VALUES (NEW.id, 0);
END;

-- Counting wherever a notification is added makes that one statement instead of two.
CREATE TRIGGER notification_counts AFTER INSERT ON notification BEGIN
    UPDATE receipt_count SET last = NEW.receipt WHERE instance = NEW.instance;
END;

-- The journal. `seq` is the order of recording. Bodies are the model's JSON; `raw` is
-- WhatsApp's own form, empty where it is not known.
CREATE TABLE message (
    seq         INTEGER PRIMARY KEY,
    instance    INTEGER NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
    chat        TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    sender      TEXT    NOT NULL,
    is_outgoing INTEGER NOT NULL,
    is_from_api INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    status_at   INTEGER,
    sender_name TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    raw         BLOB    NOT NULL,
    status      TEXT,
    description TEXT    NOT NULL,
    is_edited   INTEGER NOT NULL,
    is_deleted  INTEGER NOT NULL,
    is_read     INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX message_key ON message (instance, chat, id, sender);
CREATE INDEX message_of_chat ON message (instance, chat, at);
CREATE INDEX message_by_time ON message (instance, is_outgoing, at);
CREATE INDEX message_unread ON message (instance, chat, at) WHERE is_outgoing = 0 AND is_read = 0;
-- Who wrote under a LID is looked for once the number behind it becomes known.
CREATE INDEX message_of_lid ON message (instance, sender) WHERE sender GLOB '*@lid';

-- The queue of each instance. `place` counts up and is never given twice: whoever has the
-- place of a message that was cleared must not hit another one. `source` is the chat that a
-- message is forwarded from; `outgoing` is the model's JSON; `leaving` is WhatsApp's own form
-- once it has begun to leave.
CREATE TABLE outgoing (
    place    INTEGER PRIMARY KEY AUTOINCREMENT,
    instance INTEGER NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
    chat     TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    source   TEXT,
    accepted INTEGER NOT NULL,
    outgoing TEXT    NOT NULL,
    leaving  BLOB
) STRICT;

CREATE INDEX outgoing_of ON outgoing (instance);
CREATE INDEX outgoing_key ON outgoing (instance, chat, id);
CREATE INDEX outgoing_from ON outgoing (instance, source) WHERE source IS NOT NULL;
CREATE INDEX outgoing_waiting ON outgoing (instance, accepted) WHERE leaving IS NULL;

CREATE TABLE file (
    seq       INTEGER PRIMARY KEY,
    instance  INTEGER NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
    token     TEXT    NOT NULL,
    name      TEXT    NOT NULL,
    mime_type TEXT    NOT NULL,
    state     TEXT    NOT NULL,
    chat      TEXT,
    message   TEXT,
    expires   INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX file_key ON file (instance, token);
CREATE INDEX file_of_message ON file (instance, chat, message) WHERE chat IS NOT NULL;
CREATE INDEX file_pending ON file (instance) WHERE state = 'pending';
CREATE INDEX file_age ON file (expires);

CREATE TABLE person (
    instance     INTEGER NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
    id           TEXT    NOT NULL,
    lid          TEXT,
    name         TEXT    NOT NULL,
    contact_name TEXT    NOT NULL,
    PRIMARY KEY (instance, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX person_lid ON person (instance, lid) WHERE lid IS NOT NULL;

CREATE TABLE call (
    seq         INTEGER PRIMARY KEY,
    instance    INTEGER NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
    id          TEXT    NOT NULL,
    is_incoming INTEGER NOT NULL,
    chat        TEXT    NOT NULL,
    is_video    INTEGER NOT NULL,
    is_group    INTEGER NOT NULL,
    status      TEXT    NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX call_key ON call (instance, id);
CREATE INDEX call_by_time ON call (instance, is_incoming, at);
CREATE INDEX call_of_lid ON call (instance, chat) WHERE chat GLOB '*@lid';
