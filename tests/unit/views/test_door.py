"""When the password that was written has arrived."""

from app.session.picture import Activity, Deed
from app.views.door import has_locked

LOCKED = Activity(4, Deed.LOCKED, "Ada", mine=True)


def test_a_password_has_arrived_when_the_room_tells_of_it() -> None:
    assert has_locked((Activity(3, Deed.PLAYED, "Ada", mine=True), LOCKED), since=3)
    assert has_locked((LOCKED, Activity(5, Deed.PLAYED, "Ada", mine=True)), since=0)


def test_nothing_else_tells_that() -> None:
    assert not has_locked((), since=0)
    assert not has_locked((LOCKED,), since=4)
    assert not has_locked((Activity(4, Deed.LOCKED, "Ben", mine=False),), since=3)
    assert not has_locked((Activity(4, Deed.UNLOCKED, "Ada", mine=True),), since=3)
