"""Passes for a TURN server, as coturn checks them (`use-auth-secret`): a name that says until when, and its HMAC.

Only members get one, with their `ready`; the secret stays here.
"""

import base64
import hmac
from dataclasses import dataclass

from app.room.messages import TurnPass

PASS_LIFE_S = 3600.0


@dataclass(frozen=True, slots=True)
class TurnServers:
    """Where they are, and what is shared with them."""

    urls: tuple[str, ...]
    secret: str

    def pass_for(self, member: str, now: float) -> TurnPass | None:
        """One that is good for an hour from `now`, in Unix seconds; none where there is no server."""
        if not self.urls or not self.secret:
            return None
        username = f"{int(now + PASS_LIFE_S)}:{member}"
        mac = hmac.digest(self.secret.encode(), username.encode(), "sha1")
        return TurnPass(self.urls, username, base64.b64encode(mac).decode())


NO_TURN = TurnServers((), "")
