"""Secrets that let somebody in: tickets for the WebSocket, and the digests of link and resume secrets.

Laws: only SHA-256 digests of secrets are ever kept; a ticket lives at most `TICKET_LIFE_S` seconds, is good once
and only in the process that made it. `now` is any clock that does not jump, in seconds.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

TICKET_LIFE_S = 60.0


def new_secret() -> str:
    """128 random bits as 22 url-safe characters."""
    return secrets.token_urlsafe(16)


def digest(secret: str) -> bytes:
    """What may be stored of a secret. The secrets carry 128 bits, so a plain hash cannot be searched."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def matches(secret: str, expected: bytes | None) -> bool:
    """Whether it is the secret of that digest, in constant time."""
    return expected is not None and hmac.compare_digest(digest(secret), expected)


@dataclass(frozen=True, slots=True)
class Claim:
    """Whom a ticket lets in, and where."""

    code: str
    member: str


class Tickets:
    """Makes tickets and takes each of them once."""

    def __init__(self, key: bytes, nonce: Callable[[], str] = new_secret) -> None:
        self._key = key
        self._nonce = nonce
        self._spent: dict[str, float] = {}

    def issue(self, claim: Claim, now: float) -> str:
        """A ticket good until `now + TICKET_LIFE_S`."""
        expiry_ms = int((now + TICKET_LIFE_S) * 1000)
        body = f"{claim.code}.{claim.member}.{expiry_ms}.{self._nonce()}"
        return f"{body}.{self._seal(body)}"

    def redeem(self, ticket: str, now: float) -> Claim | None:
        """Whom it lets in; None if it is forged, spent or too old."""
        body, _, seal = ticket.rpartition(".")
        if not hmac.compare_digest(seal.encode("utf-8", "replace"), self._seal(body).encode()):
            return None
        code, member, expiry_ms, nonce = body.split(".")
        expiry = int(expiry_ms) / 1000
        if now >= expiry or nonce in self._spent:
            return None
        self._forget_expired(now)
        self._spent[nonce] = expiry
        return Claim(code, member)

    def _seal(self, body: str) -> str:
        mac = hmac.digest(self._key, body.encode("utf-8", "replace"), "sha256")
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")

    def _forget_expired(self, now: float) -> None:
        # In the order they were spent: one that is still good holds up the others for a minute at most.
        while self._spent and now >= (oldest := next(iter(self._spent.items())))[1]:
            del self._spent[oldest[0]]
