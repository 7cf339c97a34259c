"""Invite links: the room's code and, for who need not knock, its link secret, behind the `#`: no server logs them."""

import re
from dataclasses import dataclass

from app.room.state import CODE_ALPHABET, CODE_LENGTH

_FRAGMENT = re.compile(rf"([{CODE_ALPHABET}]{{{CODE_LENGTH}}})(?:\.([A-Za-z0-9_-]{{16,64}}))?")


@dataclass(frozen=True, slots=True)
class Invite:
    """A way into a room. The secret is for the person who has the link only; with the bare code it is empty."""

    code: str
    link_secret: str

    @property
    def fragment(self) -> str:
        """What stands behind the `#`."""
        return f"{self.code}.{self.link_secret}" if self.link_secret else self.code


def parse(text: str) -> Invite | None:
    """The invite in an address, a fragment or a pasted line; None where there is none."""
    last = text.strip().rpartition("#")[2]
    code, dot, secret = last.partition(".")
    match = _FRAGMENT.fullmatch(code.strip().upper() + dot + secret.strip())
    return Invite(match[1], match[2] or "") if match else None
