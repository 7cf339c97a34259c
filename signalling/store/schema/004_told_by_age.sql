-- What is too old is found without reading all the pictures.

ALTER TABLE told RENAME TO told_before;

CREATE TABLE told (
    name TEXT PRIMARY KEY,
    at REAL NOT NULL,                                         -- Unix seconds
    data BLOB NOT NULL
);

CREATE INDEX told_by_age ON told (at);

INSERT INTO told (name, at, data) SELECT name, at, data FROM told_before;

DROP TABLE told_before;
