"""The unions hold every message, once."""

from dataclasses import is_dataclass
from types import ModuleType
from typing import get_args

from app.room import messages
from app.room.codec import type_name
from app.room.messages import SERVER_ONLY, ClientMessage, Command, ServerMessage


def defined(module: ModuleType) -> set[type]:
    things = (thing for thing in vars(module).values() if isinstance(thing, type) and is_dataclass(thing))
    return {thing for thing in things if thing.__module__ == module.__name__}


def test_every_message_is_in_one_union() -> None:
    unions = [get_args(union) for union in (Command, ClientMessage, ServerMessage)]
    listed = [message for union in unions for message in union]
    assert len(listed) == len(set(listed))
    # Which travel inside `Reports`, `Ready` and `Resumed`.
    assert set(listed) == defined(messages) - {messages.Reported, messages.TurnPass, messages.Limits}


def test_names_on_the_wire_are_unique() -> None:
    names = [type_name(message) for message in defined(messages)]
    assert len(names) == len(set(names))


def test_what_only_the_server_says_is_a_command() -> None:
    assert set(SERVER_ONLY) <= set(get_args(Command))
