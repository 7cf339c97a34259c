"""How often is too often for one address, or one device."""

import pytest

from signalling.limits import FAILURES, JOINS, MOST_KEYS, MOST_SOCKETS, ROOMS, Limits, Rule, Sockets, Window, asker

ADA = ("192.0.2.1",)


def test_a_window_lets_so_many_through_and_says_when_the_next() -> None:
    window = Window(Rule(2, 60.0))
    for moment in (0.0, 10.0):
        assert window.wait_s("a", moment) == 0
        window.count("a", moment)
    assert [window.wait_s("a", moment) for moment in (10.0, 59.5, 60.0)] == [50, 1, 0]
    assert window.wait_s("b", 10.0) == 0
    window.count("a", 60.0)
    assert window.wait_s("a", 61.0) == 9


def test_rooms_that_are_over_are_guesses_once_each() -> None:
    limits, household = Limits(), (*ADA, "device a")
    for moment in range(60):
        limits.over(household, "ABCDEF", float(moment))
    assert limits.look(household, 60.0) == 0
    for number in range(FAILURES.most - 1):
        assert limits.look(household, 60.0) == 0
        limits.over(household, f"ABCDE{number}", 60.0)
    assert limits.look(ADA, 61.0) == limits.look(("device a",), 61.0) == 539
    limits.over((), "ABCDEF", 61.0)
    assert limits.look(("192.0.2.2",), 61.0) == 0
    assert limits.look(ADA, 700.0) == 0


def test_a_window_does_not_grow_for_ever() -> None:
    window = Window(Rule(1, 60.0))
    for number in range(MOST_KEYS + 5):
        window.count(str(number), 0.0)
    assert len(window._done) == MOST_KEYS
    assert window.wait_s(str(MOST_KEYS), 1.0) == 59
    assert window.wait_s(str(MOST_KEYS), 99.0) == 0
    assert len(window._done) == MOST_KEYS - 1


def test_ten_rooms_an_hour() -> None:
    limits = Limits()
    assert [limits.room(ADA, 0.0) for _ in range(ROOMS.most)] == [0] * 10
    assert limits.room(ADA, 0.0) == 3600
    assert limits.room(ADA, 3600.0) == 0


def test_thirty_joins_an_hour_and_what_is_refused_does_not_count() -> None:
    limits = Limits()
    assert [limits.join(ADA, 0.0) for _ in range(JOINS.most)] == [0] * 30
    assert [limits.join(ADA, 1.0) for _ in range(5)] == [3599] * 5
    assert limits.join(ADA, 3600.0) == 0


def test_ten_failures_in_ten_minutes() -> None:
    limits = Limits()
    for _ in range(FAILURES.most):
        assert limits.join(ADA, 0.0) == 0
        limits.failed(ADA, 0.0)
    assert limits.join(ADA, 1.0) == 599
    assert limits.join(("192.0.2.2",), 1.0) == 0
    assert limits.join(ADA, 600.0) == 0


def test_a_failure_that_was_none_is_taken_back_and_others_stay() -> None:
    limits, household = Limits(), (*ADA, "device a")
    for moment in range(FAILURES.most):
        limits.failed(household, float(moment))
    assert limits.look(ADA, 9.0) == 591
    limits.forgive(household, 0.0)
    assert limits.look(household, 9.0) == 0
    limits.failed(household, 9.0)
    assert limits.look(ADA, 9.0) == 592  # the first that is left is of the second 1
    limits.forgive(ADA, 5.5)  # nothing is known of that one
    assert limits.look(ADA, 9.0) == 592
    limits.forgive(("192.0.2.2",), 9.0)
    limits.failed(("192.0.2.2",), 9.0)
    limits.forgive(("192.0.2.2",), 9.0)
    assert "192.0.2.2" not in limits._failures._done


def test_a_device_counts_wherever_it_is() -> None:
    limits = Limits()
    for number in range(ROOMS.most):
        assert limits.room((f"192.0.2.{number}", "device a"), 0.0) == 0
    assert limits.room(("192.0.2.99", "device a"), 0.0) == 3600
    assert limits.room(("192.0.2.99", "device b"), 0.0) == 0


def test_who_has_no_key_is_not_limited() -> None:
    limits = Limits()
    assert [limits.room((), 0.0) for _ in range(50)] == [0] * 50


@pytest.mark.parametrize(
    ("remote", "forwarded", "behind_proxy", "counted"),
    [
        ("127.0.0.1", None, False, None),
        ("::1", None, True, None),
        ("192.0.2.1", None, False, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.1", False, "192.0.2.1"),
        ("127.0.0.1", "198.51.100.1", False, "127.0.0.1"),
        ("127.0.0.1", "10.0.0.1, 198.51.100.1", True, "198.51.100.1"),
        (None, None, False, "unknown"),
        ("a socket", None, False, "unknown"),
        ("10.0.0.1", "a name of its own", True, "unknown"),
        ("10.0.0.1", "203.0.113.5:50001", True, "203.0.113.5"),
        ("10.0.0.1", "[2001:db8:1:2::9]:50001", True, "2001:db8:1:2::/64"),
        ("10.0.0.1", "[2001:db8:1:2::9]", True, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:3:4:5:6", None, False, "2001:db8:1:2::/64"),
        ("fe80::1%eth0", None, False, "fe80::/64"),
        ("10.0.0.1", "2001:db8:1:2::9", True, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", None, False, "192.0.2.1"),
    ],
)
def test_who_is_counted(remote: str | None, forwarded: str | None, behind_proxy: bool, counted: str | None) -> None:
    assert asker(remote, forwarded, behind_proxy) == counted


def test_an_address_has_so_many_sockets_open() -> None:
    sockets = Sockets()
    assert [sockets.enter("a") for _ in range(MOST_SOCKETS + 1)] == [True] * MOST_SOCKETS + [False]
    assert sockets.enter("b")
    assert all(sockets.enter(None) for _ in range(MOST_SOCKETS + 1))
    sockets.leave("a")
    assert [sockets.enter("a"), sockets.enter("a")] == [True, False]
    sockets.leave("b")
    sockets.leave(None)
    assert "b" not in sockets._open
