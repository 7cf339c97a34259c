"""What comes back of our own orders. Times and positions in seconds."""

from typing import Any

import pytest

from app.playback.echoes import ECHO_S, SAME_PLACE_S, Echoes
from app.playback.player import PlayerMeasured, SetPlayer


def seen(paused: bool) -> PlayerMeasured:
    return PlayerMeasured(10.0, 60.0, 600.0, paused, False, False, 4, 1.0, (), ())


def told(paused: bool = True, **order: Any) -> Echoes:
    echoes = Echoes()
    echoes.ordered(SetPlayer(**order), seen(paused))
    return echoes


@pytest.mark.parametrize(("paused", "kind"), [(True, "play"), (False, "pause")])
def test_an_order_comes_back_once_however_late(paused: bool, kind: str) -> None:
    echoes = told(paused, playing=paused)
    assert echoes.is_echo(kind, 60.0, 1000.0)
    assert not echoes.is_echo(kind, 60.0, 1000.0)


@pytest.mark.parametrize("paused", [True, False])
def test_nothing_comes_back_where_nothing_changes(paused: bool) -> None:
    echoes = told(paused, playing=not paused)
    assert not echoes.is_echo("play", 60.0, 10.0)
    assert not echoes.is_echo("pause", 60.0, 10.0)
    assert not told(paused, rate=1.0).is_echo("play", 60.0, 10.0)


def test_orders_come_back_in_any_number_and_order() -> None:
    echoes = Echoes()
    for kind in ("play", "pause", "play"):
        echoes.expect(kind)
    assert [echoes.is_echo(kind, 60.0, 20.0) for kind in ("play", "play", "play", "pause")] == [True, True, False, True]


def test_what_is_ordered_twice_running_comes_back_once() -> None:
    echoes = Echoes()
    for kind in ("play", "pause", "pause"):
        echoes.expect(kind)
    assert [echoes.is_echo(kind, 60.0, 20.0) for kind in ("play", "pause", "pause")] == [True, True, False]


def test_what_is_refused_or_forgotten_does_not_come_back() -> None:
    echoes = told(playing=True, position_s=30.0)
    echoes.refused()
    assert not echoes.is_echo("play", 30.0, 10.0)
    assert echoes.is_echo("seeking", 30.0, 10.0)
    echoes.expect("play")
    echoes.forget()
    assert not echoes.is_echo("seeking", 30.0, 10.0)
    assert not echoes.is_echo("play", 30.0, 10.0)


def test_what_is_refused_and_told_again_comes_back_once() -> None:
    echoes = told(playing=True)
    echoes.refused(tries_again=True)
    assert [echoes.is_echo("play", 30.0, 1000.0) for _ in range(2)] == [True, False]


def test_a_seek_comes_back_at_its_place_alone_and_until_a_moment_after_it_is_done() -> None:
    echoes = told(position_s=30.0)
    assert echoes.is_echo("seeking", 30.0 + SAME_PLACE_S - 0.01, 1000.0)
    assert not echoes.is_echo("seeking", 30.0 + SAME_PLACE_S, 1000.0)
    assert not echoes.is_echo("pause", 30.0, 1000.0)
    echoes.seeked(1000.0)
    assert echoes.is_echo("seeking", 30.0, 1000.0 + ECHO_S - 0.01)
    assert not echoes.is_echo("seeking", 30.0, 1000.0 + ECHO_S)


def test_a_later_seek_is_expected_however_long_ago_another_was_done() -> None:
    echoes = told(position_s=30.0)
    echoes.seeked(11.0)
    echoes.ordered(SetPlayer(position_s=50.0), seen(True))
    assert echoes.is_echo("seeking", 50.0, 1000.0)


def test_what_the_browser_does_by_itself_is_nobodys_for_a_moment() -> None:
    echoes = Echoes()
    assert not echoes.is_echo("pause", 60.0, 10.0)
    echoes.quiet(10.0)
    assert echoes.is_echo("pause", 60.0, 10.0 + ECHO_S - 0.01)
    assert not echoes.is_echo("pause", 60.0, 10.0 + ECHO_S)
