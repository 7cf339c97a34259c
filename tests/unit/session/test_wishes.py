"""What is pressed is asked of the room: Ada is the host, Ben a viewer. Page time in seconds."""

from dataclasses import replace
from typing import Any

import pytest

from app.playback.timeline import Timeline
from app.room.errors import Reason
from app.room.messages import (
    Chat,
    Command,
    Do,
    Limits,
    Pause,
    Play,
    QueueMove,
    QueueRemove,
    React,
    Ready,
    Seek,
    SetRate,
    Skip,
    SubtitleAdd,
    SubtitleRemove,
)
from app.room.said import Reaction
from app.session import events as ev
from app.session.company import MAX_PENDING
from app.session.effects import Effect, SendToServer
from app.session.picture import Notice, Returned, Trouble
from tests.unit.room.rooms import SUBTITLE, after, room
from tests.unit.session.parts import NOW, Parts, inside


def entered(parts: Parts) -> Parts:
    parts.entrance.line.up()
    return parts


def tell(parts: Parts, event: Any, now: float = NOW) -> list[Effect]:
    return parts.wishes.handlers()[type(event)](event, now)


@pytest.mark.parametrize(
    ("event", "command"),
    [
        (ev.PlayPressed(), Play()),
        (ev.AnywayPressed(), Play(anyway=True)),
        (ev.PausePressed(), Pause()),
        (ev.SeekPressed(61.5), Seek(61.5)),
        (ev.SeekPressed(-2.0), Seek(0.0)),
        (ev.RatePicked(1.5), SetRate(1.5)),
        (ev.ChatSent("Hello"), Chat("Hello")),
        (ev.ChatSent("x" * 301), Chat("x" * 300)),
        (ev.Reacted(Reaction.FIRE), React(Reaction.FIRE)),
        (ev.ItemPicked("two"), Skip("two")),
        (ev.ItemRemoved("three"), QueueRemove("three")),
        (ev.ItemMoved("one", 1), QueueMove("one", "three")),
        (ev.ItemMoved("two", 1), QueueMove("two", None)),
        (ev.ItemMoved("three", -1), QueueMove("three", "two")),
        (ev.ItemMoved("three", -2), QueueMove("three", "one")),
    ],
    ids=str,
)
def test_every_wish_is_one_command(event: ev.Event, command: Command) -> None:
    assert tell(entered(inside()), event) == [SendToServer(Do("c1", command, 7))]


@pytest.mark.parametrize("event", [ev.ItemMoved("one", -1), ev.ItemMoved("three", 1), ev.ItemMoved("lost", 1)], ids=str)
def test_at_the_ends_of_the_queue_there_is_nowhere_to_go(event: ev.Event) -> None:
    parts = entered(inside())
    assert tell(parts, event) == []
    assert parts.told.refusal is None
    assert tell(entered(Parts()), event) == []


def test_while_nobody_can_be_reached_it_is_kept() -> None:
    parts = inside()
    assert tell(parts, ev.PausePressed()) == []
    assert parts.company.pending == 1


def test_what_would_be_refused_is_told_and_the_next_wish_takes_that_back() -> None:
    parts = entered(inside(me="ben"))
    assert tell(parts, ev.ItemPicked("two")) == []
    assert parts.told.notice(NOW) == Notice(Trouble.REFUSED, Reason.UNAUTHORIZED_COMMAND)
    tell(parts, ev.PausePressed())
    assert parts.told.refusal is None


def test_a_line_that_cannot_even_wait_goes_back_to_who_wrote_it() -> None:
    parts = inside()
    for _ in range(MAX_PENDING):
        tell(parts, ev.ChatSent("Hello?"))
    assert tell(parts, ev.ChatSent("Is anybody there?")) == []
    assert parts.told.notice(NOW) == Notice(Trouble.REFUSED, Reason.RATE_LIMITED)
    assert parts.told.returned == Returned(1, "Is anybody there?")


@pytest.mark.parametrize(("by_s", "to_s"), [(10.0, 75.0), (-10.0, 55.0), (-90.0, 0.0)])
def test_a_step_goes_from_where_the_room_is(by_s: float, to_s: float) -> None:
    parts = entered(inside(replace(room(), timeline=Timeline("one", 60.0, playing=True, anchor=NOW))))
    assert tell(parts, ev.StepPressed(by_s), NOW + 5) == [SendToServer(Do("c1", Seek(to_s), 7))]


def test_out_of_a_room_there_is_nothing_to_step_in() -> None:
    assert tell(Parts(), ev.StepPressed(10.0)) == []


def test_subtitles_are_taken_off_their_film() -> None:
    parts = entered(inside(after(room(), SubtitleAdd("two", SUBTITLE)), me="ben"))
    taken = SubtitleRemove("two", SUBTITLE.film_id)
    assert tell(parts, ev.SubtitleTakenOff("two", SUBTITLE.film_id)) == [SendToServer(Do("c1", taken, 8))]


def test_nothing_is_not_said() -> None:
    assert tell(entered(inside()), ev.ChatSent("  ")) == []


def test_what_is_asked_keeps_to_what_the_server_takes() -> None:
    parts = entered(inside())
    parts.company.ready(Ready(room(), "ada", "epoch", limits=Limits(chat_characters=5, moves_per_s=0.5)), NOW)
    assert tell(parts, ev.ChatSent("Hello, you")) == [SendToServer(Do("c1", Chat("Hello"), 7))]
    tell(parts, ev.StepPressed(5.0))
    tell(parts, ev.StepPressed(5.0))
    assert parts.wishes.next_wake() == NOW + 2.0
    assert len(parts.wishes.tick(NOW + 2.0)) == 1


# --- in haste


def test_steps_in_a_row_go_out_at_the_servers_pace_and_the_last_one_always() -> None:
    parts = entered(inside())
    assert len(tell(parts, ev.StepPressed(5.0))) == 1
    assert parts.wishes.next_wake() is None
    for number in range(1, 6):
        assert tell(parts, ev.StepPressed(5.0), NOW + 0.03 * number) == []
    assert parts.wishes.next_wake() == NOW + 0.2
    assert parts.wishes.tick(NOW + 0.19) == []
    assert parts.wishes.tick(NOW + 0.2) == [SendToServer(Do("c1", Seek(30.0), 7))]
    assert parts.wishes.next_wake() is None
    assert parts.wishes.tick(NOW + 9) == []


def test_what_moves_no_film_is_never_held_back() -> None:
    parts = entered(inside())
    tell(parts, ev.PausePressed())
    assert tell(parts, ev.ChatSent("Stop!")) == [SendToServer(Do("c1", Chat("Stop!"), 7))]


def test_nothing_goes_out_while_nobody_can_be_reached() -> None:
    parts = entered(inside())
    tell(parts, ev.StepPressed(5.0))
    tell(parts, ev.StepPressed(5.0))
    parts.entrance.line.wait(NOW)
    assert parts.wishes.next_wake() is None
    assert parts.wishes.tick(NOW + 9) == []
