"""Who is ready, and for whom a room waits. Times in seconds."""

import pytest

from app.playback.gate import (
    LEAST_S,
    MOST_HOLDS,
    MOST_WAITS,
    WITHIN_S,
    Buffer,
    Gate,
    WaitFor,
    Watcher,
    buffer_of,
    goes,
    is_ready,
    need_s,
)

DRY = Watcher(Buffer.DRY, 5)
FILLING = Watcher(Buffer.FILLING, 5)
READY = Watcher(Buffer.READY, 5)
WHOLE = Watcher(Buffer.FILLING, 0, whole=True)


@pytest.mark.parametrize(
    ("film_Bps", "rate_Bps", "left_s", "needed_s"),
    [
        (1e6, 5e6, 3600.0, LEAST_S),
        (1e6, 1e6, 3600.0, LEAST_S),
        (1e6, 0.5e6, 3600.0, 30.0),
        (1e6, 0.0, 3600.0, 60.0),
        (1e6, 0.0, 20.0, 20.0),
        (1e6, 5e6, 1.5, 1.5),
        (1e6, 0.5e6, 0.0, 0.0),
        (1e6, 0.5e6, -1.0, 0.0),
        (0.0, 0.0, 3600.0, LEAST_S),
    ],
)
def test_what_is_needed_is_what_the_film_would_starve_for(
    film_Bps: float, rate_Bps: float, left_s: float, needed_s: float
) -> None:
    assert need_s(film_Bps, rate_Bps, left_s) == needed_s


@pytest.mark.parametrize(
    ("ahead_s", "needed_s", "share", "starving", "buffer"),
    [
        (3.0, 3.0, 0.1, False, Buffer.READY),
        (2.0, 3.0, 0.1, False, Buffer.FILLING),
        (2.0, 30.0, 0.25, False, Buffer.READY),
        (0.1, 3.0, 0.2, False, Buffer.DRY),
        (0.1, 3.0, 0.25, False, Buffer.READY),
        (0.1, 0.1, 0.9, False, Buffer.READY),
        (9.0, 3.0, 0.9, True, Buffer.DRY),
        (None, 3.0, 0.2, False, Buffer.FILLING),
        (None, 3.0, 0.3, False, Buffer.READY),
    ],
)
def test_a_buffer_is_dry_filling_or_ready(
    ahead_s: float | None, needed_s: float, share: float, starving: bool, buffer: Buffer
) -> None:
    assert buffer_of(ahead_s, needed_s, share, starving) is buffer


def test_only_who_has_seen_the_room_move_can_tell_whether_it_is_ready() -> None:
    assert is_ready(READY, 5)
    assert not is_ready(READY, 6)
    assert not is_ready(FILLING, 5)
    assert is_ready(WHOLE, 6)


@pytest.mark.parametrize(
    ("policy", "watching", "lacking", "ahead"),
    [
        (WaitFor.EVERYONE, 3, 0, True),
        (WaitFor.EVERYONE, 3, 1, False),
        (WaitFor.MAJORITY, 3, 1, True),
        (WaitFor.MAJORITY, 3, 2, False),
        (WaitFor.MAJORITY, 2, 1, False),
        (WaitFor.NOBODY, 2, 2, True),
    ],
)
def test_whom_a_room_waits_for_is_its_policy(policy: WaitFor, watching: int, lacking: int, ahead: bool) -> None:
    assert goes(policy, watching, lacking) is ahead


def ready(*members: str) -> Gate:
    gate = Gate()
    for member in members:
        gate.heard(member, READY, 5)
    return gate


def test_a_start_waits_for_everyone_who_is_not_ready() -> None:
    watchers = {"ada": WHOLE, "ben": FILLING, "cy": READY, "dee": DRY}
    assert Gate().lacking(watchers, 5) == ("ben", "dee")


def test_who_comes_late_holds_nobody_up() -> None:
    watchers = {"ada": WHOLE, "ben": FILLING, "cy": FILLING}
    gate = ready("cy")
    assert [member for member in gate.lacking(watchers, 5) if gate.caught_up(member)] == ["cy"]
    assert Gate().stalled({"ada": WHOLE, "ben": DRY}, 5, WaitFor.EVERYONE, 100.0) == ()


def test_a_room_stops_for_who_ran_dry() -> None:
    watchers = {"ada": WHOLE, "ben": DRY, "cy": FILLING}
    assert ready("ben", "cy").stalled(watchers, 5, WaitFor.EVERYONE, 100.0) == ("ben",)
    assert ready("ben", "cy").stalled(watchers, 5, WaitFor.MAJORITY, 100.0) == ()
    assert ready("ben", "cy").stalled(watchers, 6, WaitFor.EVERYONE, 100.0) == ()


def test_a_member_is_waited_for_three_times_in_ten_minutes() -> None:
    gate = ready("ben")
    for number in range(MOST_WAITS):
        assert gate.stalled({"ben": DRY}, 5, WaitFor.EVERYONE, 100.0 + number) == ("ben",)
    assert gate.stalled({"ben": DRY}, 5, WaitFor.EVERYONE, 100.0 + WITHIN_S - 1) == ()
    assert gate.stalled({"ben": DRY}, 5, WaitFor.EVERYONE, 100.0 + WITHIN_S) == ("ben",)


def test_however_many_take_turns_the_room_stops_twelve_times_in_ten_minutes() -> None:
    crowd = [f"m{number}" for number in range(MOST_HOLDS + 1)]
    gate = ready(*crowd)
    for number, member in enumerate(crowd[:-1]):
        assert gate.stalled({member: DRY}, 5, WaitFor.EVERYONE, 100.0 + number) == (member,)
    last = {crowd[-1]: DRY}
    assert gate.stalled(last, 5, WaitFor.EVERYONE, 100.0 + WITHIN_S - 1) == ()
    assert gate.stalled(last, 5, WaitFor.EVERYONE, 100.0 + WITHIN_S) == (crowd[-1],)


def test_who_was_waited_for_in_vain_catches_up_first() -> None:
    gate = ready("ben")
    gate.in_vain(("ben",))
    assert gate.stalled({"ben": DRY}, 5, WaitFor.EVERYONE, 100.0) == ()
    gate.heard("ben", FILLING, 5)
    assert gate.stalled({"ben": DRY}, 5, WaitFor.EVERYONE, 100.0) == ()
    gate.heard("ben", READY, 5)
    assert gate.stalled({"ben": DRY}, 5, WaitFor.EVERYONE, 100.0) == ("ben",)


def test_another_film_and_another_life_begin_anew() -> None:
    gate = ready("ben")
    gate.elsewhere()
    assert gate.stalled({"ben": DRY}, 5, WaitFor.EVERYONE, 100.0) == ()
    gate = ready("ben")
    gate.forget("ben")
    assert gate.stalled({"ben": DRY}, 5, WaitFor.EVERYONE, 100.0) == ()
