"""Whom a switchboard does not reach. Times in seconds."""

from app.peers.unreached import FIRST_RETRY_S, MOST_RETRY_S, Unreached

BEN = frozenset({"ben"})


def test_the_delay_doubles_up_to_a_point_and_begins_anew_when_they_were_reached() -> None:
    unreached, delays = Unreached(), []
    for _ in range(6):
        unreached.missed("ben", was_up=False, patience_s=0.0, now=100.0)
        delays += [when - 100.0 for when in unreached.moments(())]
    assert delays == [FIRST_RETRY_S, 2.0, 4.0, 8.0, MOST_RETRY_S, MOST_RETRY_S]
    unreached.reached("ben")
    assert (unreached.moments(()), unreached.in_vain) == ([], set())
    unreached.missed("ben", was_up=True, patience_s=4.0, now=100.0)
    assert (unreached.moments(()), unreached.in_vain) == ([104.0 + FIRST_RETRY_S], set())


def test_who_is_expected_is_called_if_they_do_not_call() -> None:
    unreached = Unreached()
    unreached.expect("ben", 4.0)
    assert (unreached.due(3.9, ()), unreached.due(4.0, ()), unreached.due(4.0, BEN)) == ([], ["ben"], [])
    assert (unreached.moments(()), unreached.moments(BEN)) == ([4.0], [])


def test_who_can_make_no_connection_is_not_called() -> None:
    unreached = Unreached()
    unreached.missed("ben", was_up=False, patience_s=0.0, now=0.0)
    unreached.cannot("ben")
    assert (unreached.due(100.0, ()), unreached.in_vain, unreached.unable) == ([], set(), {"ben"})


def test_of_who_is_not_wanted_nothing_is_remembered() -> None:
    unreached = Unreached()
    unreached.cannot("ben")
    for peer in ("cy", "dee"):
        unreached.missed(peer, was_up=False, patience_s=0.0, now=0.0)
    unreached.keep(frozenset({"dee"}))
    assert (unreached.unable, unreached.in_vain, unreached.due(9.0, ())) == (set(), {"dee"}, ["dee"])
