-- What a restart needs: each room's state as its codec writes it, the digests of its secrets, its last events.
-- Secrets themselves are never stored. Times are room time in seconds (Unix).

CREATE TABLE meta (
    epoch TEXT NOT NULL                -- names this database; a client that meets another one starts afresh
);

CREATE TABLE room (
    code TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    state TEXT NOT NULL,               -- app.room.codec.encode(room)
    link_digest BLOB NOT NULL,         -- SHA-256 of the link secret
    last_at REAL NOT NULL,             -- of the last event, or of the creation
    ended INTEGER NOT NULL DEFAULT 0   -- 1: a tombstone, kept so that late clients are told
);

CREATE TABLE member (
    code TEXT NOT NULL REFERENCES room (code),
    member TEXT NOT NULL,
    resume_digest BLOB NOT NULL,       -- SHA-256 of the resume secret
    PRIMARY KEY (code, member)
) WITHOUT ROWID;

CREATE TABLE event (
    code TEXT NOT NULL REFERENCES room (code),
    revision INTEGER NOT NULL,
    message TEXT NOT NULL,             -- app.room.codec.encode(happened)
    PRIMARY KEY (code, revision)
) WITHOUT ROWID;
