-- After how many seconds the messages of a chat disappear, 0 for never, and when that was set.
CREATE TABLE timer (
    instance INTEGER NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
    chat     TEXT    NOT NULL,
    seconds  INTEGER NOT NULL,
    since    INTEGER NOT NULL,
    PRIMARY KEY (instance, chat)
) STRICT, WITHOUT ROWID;
