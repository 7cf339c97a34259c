"""Whatever is said comes back the same; whatever is garbage is a `BadMessage` and nothing else."""

import json
from contextlib import suppress
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.room.bounds import Matches, Within
from app.room.codec import (
    decode_from_client,
    decode_from_server,
    decode_room,
    encode,
)
from app.room.errors import BadMessage
from app.room.messages import ClientMessage, ServerMessage
from app.room.state import Room

DECODERS = (decode_from_client, decode_from_server, decode_room)
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    NoneType: st.none(),
}


@cache
def values(hint: Any) -> st.SearchStrategy[Any]:
    """Everything an annotation allows, read from it independently of the codec."""
    if get_origin(hint) is Annotated:
        return _bounded(*get_args(hint))
    if get_origin(hint) in (Union, UnionType):
        return st.one_of(*map(values, get_args(hint)))
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=4).map(tuple)
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint, include_extras=True)
        return st.builds(hint, **{field.name: values(hints[field.name]) for field in fields(hint)})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    return SCALARS[hint]


def _bounded(base: Any, bound: Within | Matches) -> st.SearchStrategy[Any]:
    if isinstance(bound, Matches):
        return st.from_regex(bound.pattern, fullmatch=True)
    if base is str:
        return st.text(min_size=int(bound.least), max_size=int(min(bound.most, 300)))
    if base is int:
        return st.integers(int(bound.least), int(bound.most))
    return st.floats(bound.least, bound.most)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10) | st.just("type"), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(values(ClientMessage))
def test_a_clients_message_comes_back(message: ClientMessage) -> None:
    assert decode_from_client(encode(message)) == message


@given(values(ServerMessage))
def test_a_servers_message_comes_back(message: ServerMessage) -> None:
    assert decode_from_server(encode(message)) == message


@given(values(Room))
def test_a_room_comes_back(room: Room) -> None:
    assert decode_room(encode(room)) == room


@given(st.text(), st.sampled_from(DECODERS))
def test_text_is_no_message(text: str, decode: Any) -> None:
    with suppress(BadMessage):
        decode(text)


@given(JSON, st.sampled_from(DECODERS))
def test_json_is_no_message(value: Any, decode: Any) -> None:
    with suppress(BadMessage):
        decode(json.dumps(value))


@given(values(ClientMessage), st.data())
def test_a_message_with_one_part_changed_is_refused_or_a_message(message: ClientMessage, data: st.DataObject) -> None:
    value = json.loads(encode(message))
    target = value.get("command", value) if data.draw(st.booleans()) else value
    target[data.draw(st.sampled_from(sorted(target)))] = data.draw(JSON)
    with suppress(BadMessage):
        assert isinstance(decode_from_client(json.dumps(value)), get_args(ClientMessage))


@given(values(ClientMessage), st.data())
def test_a_required_part_is_required(message: ClientMessage, data: st.DataObject) -> None:
    required = [f.name for f in fields(message) if f.default is MISSING and f.default_factory is MISSING]
    value = json.loads(encode(message))
    del value[data.draw(st.sampled_from(["type", *required]))]
    with pytest.raises(BadMessage, match=r"missing|no known type"):
        decode_from_client(json.dumps(value))
