"""JSON to messages and back."""

import json
from typing import Any

import pytest

from app.playback.timeline import Timeline
from app.room.codec import (
    MAX_ITEMS_IN_A_LIST,
    decode_from_client,
    decode_from_server,
    decode_room,
    encode,
    strict_json,
    type_name,
)
from app.room.errors import BadMessage, Reason
from app.room.messages import (
    Do,
    Happened,
    Hello,
    Leave,
    Limits,
    Ping,
    Pong,
    QueueAdd,
    Ready,
    RefusedCommand,
    Report,
    Resume,
    Resumed,
    Seek,
    SetPolicy,
    SignalTo,
    SyncRequest,
)
from app.room.state import Policy, Standing
from tests.unit.room.rooms import FILM, room


def told(**message: Any) -> str:
    return json.dumps(message)


@pytest.mark.parametrize(
    "message",
    [
        Hello(1, "ticket"),
        Resume(1, "ticket", "epoch", 7),
        Do("id", Seek(1.5)),
        Do("id", QueueAdd("item", FILM)),
        Do("id", SetPolicy(Policy(False, True, False))),
        Do("id", Leave()),
        Do("id", Leave(), 7),
        SignalTo("ben", "é" * 100),
        Ping(-1.0),
        Ping(1.0, 0.25),
        SyncRequest(),
        Report("ab" * 32, Standing.CANNOT_PLAY, 0.5, 1e6, 120.0, "hvc1.1.6.L93.B0, ac-3"),
    ],
)
def test_from_the_client(message: Any) -> None:
    assert decode_from_client(encode(message)) == message


@pytest.mark.parametrize(
    "message",
    [
        Ready(room(), "ada", "epoch"),
        Ready(room(), "ada", "epoch", limits=Limits(frame_bytes=4096, moves_per_s=0.5)),
        Resumed((), "ada", "epoch"),
        Resumed((Happened(8, 2.0, "ben", Seek(3.0), "b1"),), "ada", "epoch"),
        Happened(1, 2.0, None, Seek(3.0)),
        RefusedCommand("id", Reason.ROOM_FULL),
        RefusedCommand("id", Reason.ROOM_FULL, 7, Timeline(anchor=1.5)),
        Pong(1.0, 2.0, 3.0),
    ],
)
def test_from_the_server(message: Any) -> None:
    assert decode_from_server(encode(message)) == message


def test_rooms() -> None:
    assert decode_room(encode(room())) == room()


def test_the_text_is_compact_and_has_the_type_first() -> None:
    assert (
        encode(Do("a", Seek(1.0)))
        == '{"type":"do","command_id":"a","command":{"type":"seek","position_s":1.0,"waits_for":[]},"seen":null}'
    )
    assert type_name(RefusedCommand) == "refused_command"


def test_unknown_keys_are_ignored_and_defaults_filled_in() -> None:
    assert decode_from_client('{"type":"ping","t0":1,"later":{}}') == Ping(1.0, None)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("9" * 5000, "not valid JSON"),
        ('{"type":"ping","t0":NaN}', "NaN is not a number"),
        ('{"type":"ping","t0":-Infinity}', "-Infinity is not a number"),
        ('{"type":"ping","t0":1,"t0":2}', "a key stands twice"),
        ("[]", "no known type"),
        ("null", "no known type"),
        (told(t0=1), "no known type"),
        (told(type=[]), "no known type"),
        (told(type="ready"), "no known type"),
        (told(type="seek", position_s=1), "no known type"),
        (told(type="ping"), "ping.t0 is missing"),
        (told(type="ping", t0="1"), "ping.t0 is not a number"),
        (told(type="ping", t0=True), "ping.t0 is not a number"),
        (told(type="ping", t0=None), "ping.t0 is not a number"),
        (told(type="ping", t0=10**400), "ping.t0 is out of range"),
        ('{"type":"ping","t0":1e999}', "ping.t0 is not a finite number"),
        (told(type="ping", t0=1e13), "ping.t0 is out of range"),
        (told(type="ping", t0=1, rtt_s=-1), "ping.rtt_s is out of range"),
        (told(type="hello", version=1.0, ticket="x"), "hello.version is not a whole number"),
        (told(type="hello", version=True, ticket="x"), "hello.version is not a whole number"),
        (told(type="hello", version=1, ticket=""), "hello.ticket is out of range"),
        (told(type="hello", version=1, ticket=5), "hello.ticket is not text"),
        ('{"type":"hello","version":1,"ticket":"\\ud800"}', "hello.ticket is not valid text"),
        (told(type="signal_to", to="a b", payload="x"), "signal_to.to has the wrong form"),
        (told(type="do", command_id="a", command={"type": "join_all"}), "do.command has no known type"),
        (told(type="do", command_id="a", command={"type": "set_policy", "policy": 1}), "is not an object"),
        (told(type="do", command_id="a", command={"type": "set_rate", "rate": 99}), "set_rate.rate is out of range"),
        (
            told(type="do", command_id="a", command={"type": "set_policy", "policy": {"viewers_may_add": 1}}),
            "viewers_may_add is not true or false",
        ),
        (
            told(type="do", command_id="a", command={"type": "set_presence", "member": "a", "presence": "x"}),
            "presence is none of the known words",
        ),
        (
            told(type="do", command_id="a", command={"type": "set_presence", "member": "a", "presence": []}),
            "presence is none of the known words",
        ),
    ],
)
def test_what_does_not_fit_says_where(text: str, part: str) -> None:
    with pytest.raises(BadMessage) as refusal:
        decode_from_client(text)
    assert part in str(refusal.value)
    assert len(str(refusal.value)) <= 200


@pytest.mark.parametrize("text", ['{"name":"Zoë"}', '\ufeff{"name":"Zoë"}'])
def test_bytes_are_read_as_utf_8(text: str) -> None:
    assert strict_json(text.encode()) == {"name": "Zoë"}
    with pytest.raises(BadMessage, match="not valid JSON"):
        strict_json(text.encode("utf-16"))


def test_lists() -> None:
    value = json.loads(encode(room()))
    value["members"] = {}
    with pytest.raises(BadMessage, match="members is not a list"):
        decode_room(json.dumps(value))
    value["members"] = [0]
    with pytest.raises(BadMessage, match=r"members\[0\] is not an object"):
        decode_room(json.dumps(value))
    value["members"] = [0] * (MAX_ITEMS_IN_A_LIST + 1)
    with pytest.raises(BadMessage, match="members is too long"):
        decode_room(json.dumps(value))


def test_our_own_mistakes_raise() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode(Seek(float("nan")))


@pytest.mark.parametrize("came", [None, 7, memoryview(b"{}"), object()])
def test_what_is_no_text_at_all_is_not_read(came: Any) -> None:
    with pytest.raises(BadMessage, match="not text"):
        strict_json(came)
    with pytest.raises(BadMessage, match="not text"):
        decode_from_server(came)
