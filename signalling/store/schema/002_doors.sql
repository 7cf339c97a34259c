-- What a door needs: the digests of devices, those that were banned, and the hash of the room's password.

ALTER TABLE member ADD COLUMN device_digest BLOB;              -- SHA-256 of the device's secret, where it told one

ALTER TABLE room ADD COLUMN password TEXT NOT NULL DEFAULT ''; -- Argon2id, as argon2-cffi writes it; empty: none

CREATE TABLE ban (
    code TEXT NOT NULL REFERENCES room (code),
    device_digest BLOB NOT NULL,
    PRIMARY KEY (code, device_digest)
) WITHOUT ROWID;
