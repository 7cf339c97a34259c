-- What servers of others told us, kept for a while: as JSON, or as the bytes of a picture.

CREATE TABLE told (
    name TEXT PRIMARY KEY,
    data BLOB NOT NULL,
    at REAL NOT NULL                                          -- Unix seconds
) WITHOUT ROWID;
