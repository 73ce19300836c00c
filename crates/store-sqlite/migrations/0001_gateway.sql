-- Marks the file as a gateway's: "SISK". Another program's database is refused by it.
PRAGMA application_id = 1397314379;

-- Numbers are never given twice: AUTOINCREMENT remembers the highest one. The first is
-- 7103000001.
CREATE TABLE instance (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT    NOT NULL,
    token        TEXT    NOT NULL,
    created      INTEGER NOT NULL,
    settings     TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    state_at     INTEGER NOT NULL,
    state_phone  TEXT,
    state_reason TEXT,
    account      TEXT,
    last_receipt INTEGER NOT NULL DEFAULT 0
) STRICT;

INSERT INTO sqlite_sequence (name, seq) VALUES ('instance', 7103000000);

CREATE TABLE state_history (
    id       INTEGER PRIMARY KEY,
    instance INTEGER NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
    state    TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    phone    TEXT,
    reason   TEXT
) STRICT;

CREATE INDEX state_history_of ON state_history (instance, id);

-- Not WITHOUT ROWID: there a body of more than 1 KB would take a page of its own.
CREATE TABLE notification (
    instance INTEGER NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
    receipt  INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (instance, receipt)
) STRICT;

CREATE INDEX notification_age ON notification (at);

CREATE TABLE gateway_secret (
    name  TEXT PRIMARY KEY,
    token TEXT NOT NULL
) STRICT, WITHOUT ROWID;
