"""Who gets into a room, and how: by its link, by its code where it is public, else by knocking.

Laws: whoever was banned stays out, whatever they have; a password is asked of everybody but who was in already; secrets
leave here once, when they are made.
"""

import secrets
from dataclasses import dataclass

from app.room.door import mark_of
from app.room.errors import Reason
from app.room.messages import Command, Join, Knock, RenewLink, SetPassword
from app.room.policy import can
from app.room.state import Role, Visibility
from signalling.live_room import LiveRoom
from signalling.passwords import Passwords
from signalling.tokens import digest, matches, new_secret


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody says who wants in. Empty: not said. `device` is the secret by which a browser knows itself."""

    name: str
    link_secret: str = ""
    password: str = ""
    device: str = ""

    @property
    def device_digest(self) -> bytes | None:
        """What is kept of the device."""
        return digest(self.device) if self.device else None


@dataclass(frozen=True, slots=True)
class Admission:
    """What a newcomer is told once; `link_secret` only whoever made the room. `waiting`: at the door, not in yet."""

    code: str
    member: str
    resume_secret: str
    link_secret: str | None = None
    waiting: bool = False


def new_member() -> str:
    """A random member id."""
    return secrets.token_urlsafe(9)


async def enter(live: LiveRoom, wish: Wish, passwords: Passwords) -> Admission | Reason:
    """In, or at the door, or why neither. Raises `BusyError`."""
    if refusal := _turned_away(live, wish):
        return refusal
    kept = live.secrets.password
    if kept:
        if not (wish.password and await passwords.fits(wish.password, kept)):
            return Reason.WRONG_PASSWORD
        # Meanwhile the host may have put them out, made another link, or asked for another password.
        if live.secrets.password not in (kept, ""):
            return Reason.WRONG_PASSWORD
        if refusal := _turned_away(live, wish):
            return refusal
    if wish.link_secret or live.room.visibility is Visibility.PUBLIC:
        return await admit(live, wish, Role.VIEWER)
    return await knock(live, wish)


def _turned_away(live: LiveRoom, wish: Wish) -> Reason | None:
    """Why somebody is not let in whatever the password, as the room stands now."""
    if wish.device_digest in live.secrets.banned:
        return Reason.BANNED
    if wish.link_secret and not matches(wish.link_secret, live.secrets.link_digest):
        return Reason.UNAUTHORIZED_COMMAND
    return None


async def admit(live: LiveRoom, wish: Wish, role: Role) -> Admission | Reason:
    """A new member."""
    member, resume_secret = new_member(), new_secret()
    answer = await live.order(
        Join(member, wish.name, role), resume_digest=digest(resume_secret), device_digest=wish.device_digest
    )
    return answer if isinstance(answer, Reason) else Admission(live.room.code, member, resume_secret)


async def knock(live: LiveRoom, wish: Wish) -> Admission | Reason:
    """Somebody at the door, who comes in under the same id if they are let in."""
    caller, resume_secret = new_member(), new_secret()
    answer = await live.order(
        Knock(caller, wish.name), resume_digest=digest(resume_secret), device_digest=wish.device_digest
    )
    return answer if isinstance(answer, Reason) else Admission(live.room.code, caller, resume_secret, waiting=True)


async def set_password(live: LiveRoom, member: str, password: str, passwords: Passwords) -> Reason | None:
    """Ask for that password at the door from now on; for none if it is empty. Raises `BusyError`."""
    if not _may(live, member, SetPassword):
        return Reason.UNAUTHORIZED_COMMAND
    kept = await passwords.hash(password) if password else ""
    answer = await live.order(SetPassword(bool(kept)), by=member, password=kept)
    return answer if isinstance(answer, Reason) else None


async def renew_link(live: LiveRoom, member: str) -> str | Reason:
    """Another link secret; the one before opens nothing any more."""
    if not _may(live, member, RenewLink):
        return Reason.UNAUTHORIZED_COMMAND
    secret = new_secret()
    answer = await live.order(RenewLink(mark_of(secret)), by=member, link_digest=digest(secret))
    return answer if isinstance(answer, Reason) else secret


def _may(live: LiveRoom, member: str, action: type[Command]) -> bool:
    asker = live.room.member(member)
    return asker is not None and can(asker.role, action, live.room.policy)
