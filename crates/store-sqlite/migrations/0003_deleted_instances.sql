-- What is still told of an instance that was deleted: nothing that opens it, and nothing of
-- what it had.
CREATE TABLE deleted_instance (
    id      INTEGER PRIMARY KEY,
    name    TEXT    NOT NULL,
    created INTEGER NOT NULL,
    deleted INTEGER NOT NULL
) STRICT;

CREATE INDEX deleted_instance_age ON deleted_instance (deleted);
