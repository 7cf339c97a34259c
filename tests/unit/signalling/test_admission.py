"""Who gets in while the room changes its mind."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

import pytest

from app.room.errors import Reason
from app.room.messages import Ban, Join, SetPassword
from app.room.state import Role
from signalling.admission import Admission, Wish, enter, renew_link
from signalling.live_room import LiveRoom
from signalling.passwords import Passwords
from signalling.tokens import digest
from tests.unit.signalling.test_hub import Scene


class Slow:
    """Passwords that all fit, after something has happened."""

    def __init__(self, happens: Callable[[], Awaitable[Any]]) -> None:
        self._happens = happens

    async def fits(self, _password: str, _kept: str) -> bool:
        await self._happens()
        return True


async def try_while(happens: Callable[[LiveRoom, str], Awaitable[Any]]) -> Admission | Reason:
    """What becomes of somebody with link, password and device, if that happens while the password is compared."""
    scene = Scene()
    made = await scene.made()
    live = await scene.live(made.code)
    await live.order(SetPassword(True), by=made.member, password="kept")
    await live.order(Join("eve", "Eve", Role.VIEWER), device_digest=digest("phone"))
    wish = Wish("Eve", made.link_secret or "", "sesame", "phone")
    return await enter(live, wish, cast(Passwords, Slow(lambda: happens(live, made.member))))


@pytest.mark.parametrize(
    ("happens", "refusal"),
    [
        (lambda live, ada: live.order(Ban("eve"), by=ada), Reason.BANNED),
        (renew_link, Reason.UNAUTHORIZED_COMMAND),
        (lambda live, ada: live.order(SetPassword(True), by=ada, password="other"), Reason.WRONG_PASSWORD),
    ],
)
async def test_what_changed_meanwhile_counts(
    happens: Callable[[LiveRoom, str], Awaitable[Any]], refusal: Reason
) -> None:
    assert await try_while(happens) is refusal


async def test_where_no_password_is_asked_any_more_nobody_is_sent_away_for_it() -> None:
    entered = await try_while(lambda live, ada: live.order(SetPassword(False), by=ada, password=""))
    assert isinstance(entered, Admission)
