"""Passes for a TURN server, as coturn checks them (`use-auth-secret`): a name that says until when, and its HMAC.

Only members get one, with their `ready`; the secret stays here. The TURN server looks at its own wall clock, so ours
counts too, and not room time, which a machine that sleeps or is set leaves behind.
"""

import base64
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.room.messages import TurnPass

PASS_LIFE_S = 3600.0


@dataclass(frozen=True, slots=True)
class TurnServers:
    """Where they are, what is shared with them, and the wall clock, in Unix seconds."""

    urls: tuple[str, ...]
    secret: str
    wall: Callable[[], float] = time.time

    def pass_for(self, member: str) -> TurnPass | None:
        """One that is good for an hour from now; none where there is no server."""
        if not self.urls or not self.secret:
            return None
        username = f"{int(self.wall() + PASS_LIFE_S)}:{member}"
        mac = hmac.digest(self.secret.encode(), username.encode(), "sha1")
        return TurnPass(self.urls, username, base64.b64encode(mac).decode())


NO_TURN = TurnServers((), "")
