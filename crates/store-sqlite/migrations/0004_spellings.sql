-- Numbers that lead to the account of another number, as WhatsApp has said.
CREATE TABLE spelling (
    instance INTEGER NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
    number   TEXT    NOT NULL,
    account  TEXT    NOT NULL,
    PRIMARY KEY (instance, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX spelling_of ON spelling (instance, account);
