"""What peers that ration have granted."""

from app.swarm.rations import BELIEVED_S, Rations
from tests.support.builders import bits


def test_nobody_rations_at_first() -> None:
    of = Rations()
    assert not of
    assert of.granted("ada", 0.0) is None
    assert of.next_wake() is None


def test_grants_add_up_for_each_peer() -> None:
    of = Rations()
    of.ration("ada", True, 0.0)
    assert of
    assert of.granted("ada", 0.0) == 0
    of.grant("ada", 3, 0.0)
    of.grant("ada", 5, 0.0)
    of.grant("bo", 4, 0.0)
    of.ration("ada", True, 0.0)
    assert of.granted("ada", 0.0) == bits(3, 5)
    assert of.granted("bo", 0.0) == bits(4)


def test_the_end_of_rationing_frees() -> None:
    of = Rations()
    of.ration("ada", True, 0.0)
    of.ration("ada", False, 0.0)
    of.ration("bo", False, 0.0)
    assert not of
    assert of.granted("ada", 0.0) is None


def test_one_who_says_no_more_is_not_believed_for_ever() -> None:
    of = Rations()
    of.ration("ada", True, 0.0)
    of.grant("bo", 1, 1.0)
    assert of.next_wake() == BELIEVED_S
    assert of.granted("ada", BELIEVED_S - 0.1) == 0
    assert of.granted("ada", BELIEVED_S) is None
    of.expire(BELIEVED_S)
    assert of.next_wake() == BELIEVED_S + 1.0
    of.expire(BELIEVED_S + 1.0)
    assert not of
