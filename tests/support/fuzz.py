"""Frames that were valid once, mangled, and bytes by chance, for everything here that reads what others send.

The same seed makes the same frames. A crash is any exception besides the decoder's own refusal, and, for commands that
are read, any exception of the reducer that they go to.
"""

import hashlib
import json
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from itertools import count
from random import Random
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from app.peers import words
from app.room import bounds
from app.room.bounds import Matches, Within
from app.room.codec import decode_from_client, decode_from_server, decode_room, encode
from app.room.errors import BadMessage
from app.room.messages import ClientMessage, Command, Do, Join, QueueAdd, ServerMessage
from app.room.reducer import Applied, apply
from app.room.state import Film, Role, Room
from app.swarm import manifest, wire
from signalling.operations import object_in, texts_in
from signalling.problems import ProblemError
from signalling.recommendations import asked_in
from signalling.rest import JOIN, NEW_ROOM, PASSWORD, SEAT
from signalling.tokens import Claim, Tickets

MOST_CRASHES_KEPT = 20
_OF_PATTERN = {
    bounds.CODECS: ["avc1.64001f, mp4a.40.2"],
    r"([0-9a-f]{8})?": ["", "0123abcd"],
    bounds.ICE_URL: ["stun:stun.example:3478"],
    bounds.TURN_URL: ["turn:turn.example:3478?transport=udp"],
}
_OF_ALIAS = {
    bounds.Identifier: ["a", "film", "Zz_-9", "ada", "ben"],
    bounds.FilmId: ["ab" * 32, "5b" * 32],
    bounds.MimeType: ["video/mp4", 'video/webm; codecs="vp09.00.10.08, opus"'],
    bounds.CodecNames: ["", "vp8"],
    bounds.Language: ["", "en", "pt-BR"],
}
_WEIRD: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**31, 2**53, 2**63, -(2**63), 10**400, 0.5, -0.0, 1e308, 1e-308, 1.5e300),
    *("", "x", "\x00", "\ud800", "\u202e", "é" * 50, "x" * 9000, "1", "null", "{}", [], [[]], [None] * 3000, {}),
    *({"type": "play"}, {"type": {}}, {"type": []}, {"": ""}),
]
_TOKENS = [b"NaN", b"-Infinity", b"1e999", b"9" * 5000, b"[" * 3000, b"{", b"}", b'"', b"\\", b"\xff", b"\xed\xa0\x80"]
_TOKENS += [b"\x00", b"\\u0000", b"\\ud800", b",", b":", b"-", b'"type":"do",', b"\xef\xbb\xbf", b" " * 100]


@dataclass(slots=True)
class Tally:
    """What came of the frames."""

    frames: int = 0
    refused: int = 0
    read: int = 0
    crashes: int = 0
    kept: list[tuple[str, bytes, str]] = field(default_factory=list)

    def crash(self, name: str, frame: bytes) -> None:
        self.crashes += 1
        if len(self.kept) < MOST_CRASHES_KEPT:
            self.kept.append((name, frame[:2000], traceback.format_exc(limit=-3)))


@dataclass(frozen=True, slots=True)
class Target:
    """Something that reads bytes: `read` returns whether it took them, raises one of `refusals`, or crashes."""

    name: str
    seeds: tuple[bytes, ...]
    read: Callable[[bytes], bool]
    refusals: tuple[type[Exception], ...]
    is_json: bool


def run(frames: int, seed: int, targets: list[Target] | None = None) -> Tally:
    """That many frames, spread evenly over the targets."""
    chance, tally = Random(seed), Tally()
    among = targets or all_targets(chance)
    for number in range(frames):
        target = among[number % len(among)]
        frame = mangled(target, chance)
        tally.frames += 1
        try:
            took = target.read(frame)
        except target.refusals:
            tally.refused += 1
        except Exception:  # noqa: BLE001 - that is what is looked for
            tally.crash(target.name, frame)
        else:
            tally.read += took
            tally.refused += not took
    return tally


# --- mangling


def mangled(target: Target, chance: Random) -> bytes:
    """A frame: one of the seeds with one to four things wrong, now and then untouched, or bytes by chance."""
    way = chance.random()
    if way < 0.03:
        return chance.randbytes(int(chance.expovariate(1 / 40)))
    frame = chance.choice(target.seeds)
    if way < 0.06:
        return frame
    if target.is_json and way < 0.6:
        frame = _restructured(frame, chance)
        if way < 0.5:
            return frame
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        frame = chance.choice(_MANGLES)(frame, target, chance)
    return frame


def _flip(frame: bytes, _target: Target, chance: Random) -> bytes:
    if not frame:
        return frame
    at = chance.randrange(len(frame))
    return frame[:at] + bytes((frame[at] ^ 1 << chance.randrange(8),)) + frame[at + 1 :]


def _put(frame: bytes, _target: Target, chance: Random) -> bytes:
    at = chance.randint(0, len(frame))
    return frame[:at] + chance.choice(_TOKENS) + frame[at + chance.choice((0, 1, 4)) :]


def _cut(frame: bytes, _target: Target, chance: Random) -> bytes:
    at, end = sorted((chance.randint(0, len(frame)), chance.randint(0, len(frame))))
    return frame[:at] if chance.random() < 0.5 else frame[:at] + frame[end:]


def _repeat(frame: bytes, _target: Target, chance: Random) -> bytes:
    at, end = sorted((chance.randint(0, len(frame)), chance.randint(0, len(frame))))
    return frame[:end] + frame[at:end] * chance.choice((1, 2, 50)) + frame[end:]


def _splice(frame: bytes, target: Target, chance: Random) -> bytes:
    other = chance.choice(target.seeds)
    return frame[: chance.randint(0, len(frame))] + other[chance.randint(0, len(other)) :]


def _overwrite(frame: bytes, _target: Target, chance: Random) -> bytes:
    at = chance.randint(0, len(frame))
    return frame[:at] + chance.choice((b"\xff" * 4, bytes(4), chance.randbytes(4))) + frame[at + 4 :]


_MANGLES = (_flip, _put, _cut, _repeat, _splice, _overwrite)


def _restructured(frame: bytes, chance: Random) -> bytes:
    """The same JSON with one value, somewhere, that is another, or gone, or twice."""
    value = json.loads(frame)
    places = list(_places(value))
    if places:
        where, key = chance.choice(places)
        if isinstance(where, dict) and chance.random() < 0.2:
            del where[key]
        elif isinstance(where, list) and chance.random() < 0.2:
            where.extend([where[key]] * chance.choice((1, 20)))
        elif chance.random() < 0.2:
            elsewhere, other = chance.choice(places)
            where[key] = json.loads(json.dumps(elsewhere[other]))
        else:
            where[key] = chance.choice(_WEIRD)
    text = json.dumps(value, ensure_ascii=chance.random() < 0.5)
    return text.encode("utf-8", "surrogatepass")


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every key and index of a JSON value, with what holds it."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict | list):
        inner = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    for key, one in inner:
        yield value, key
        yield from _places(one)


# --- what is read


def all_targets(chance: Random) -> list[Target]:
    """Every decoder there is, with frames that it takes."""
    return [
        Target("client", _messages(ClientMessage, chance), _Client(), (BadMessage, UnicodeDecodeError), True),
        Target("server", _messages(ServerMessage, chance), _text(decode_from_server), _BAD, True),
        Target("room", _messages(Room, chance), _text(decode_room), _BAD, True),
        Target("rest", _bodies(chance), _rest, (ProblemError,), True),
        Target("control", _control(chance), _took(wire.decode), (wire.BadFrame,), False),
        Target("block", _blocks(chance), _block, (wire.BadFrame,), False),
        Target("words", _words(), _parsed, (UnicodeDecodeError,), True),
        Target("manifest", _manifests(), _manifest, (ValueError,), False),
        Target("ticket", *_tickets(), (UnicodeDecodeError,), False),
    ]


_BAD = (BadMessage, UnicodeDecodeError)


def _took(read: Callable[[bytes], object]) -> Callable[[bytes], bool]:
    return lambda frame: read(frame) is not None


def _text(read: Callable[[str], object]) -> Callable[[bytes], bool]:
    return lambda frame: read(frame.decode()) is not None


class _Client:
    """What a client says goes on to a room, which it changes."""

    def __init__(self) -> None:
        self._empty = self._room = _lively()
        self._now = 1000.0

    def __call__(self, frame: bytes) -> bool:
        message = decode_from_client(frame.decode())
        if isinstance(message, Do):
            self._now += 0.01
            for by in ("ada", "ben", "nobody"):
                outcome = apply(self._room, message.command, by, self._now)
                if isinstance(outcome, Applied):
                    self._room = outcome.room
                    encode(self._room)
            if not self._room.members or self._room.phase == "ended":
                self._room = self._empty
        return True


def _lively() -> Room:
    room = Room("ABCDEF", "Friday", 1000.0)
    film = Film("ab" * 32, "Metropolis.mp4", 5_000_000, "video/mp4", 1024 * 1024, 600.0)
    steps: list[tuple[Command, str | None]] = [(Join("ada", "Ada", Role.HOST), None)]
    steps += [(Join("ben", "Ben", Role.VIEWER), None), (QueueAdd("film", film), "ada")]
    for command, by in steps:
        outcome = apply(room, command, by, 1000.0)
        assert isinstance(outcome, Applied)
        room = outcome.room
    return room


def _rest(frame: bytes) -> bool:
    body = object_in(frame)
    took = asked_in(body) is not None
    for parts in (NEW_ROOM, JOIN, SEAT, PASSWORD):
        try:
            took = bool(texts_in(body, parts)) or took
        except ProblemError:
            continue
    return took


def _block(frame: bytes) -> bool:
    return wire.decode_block_header(frame[: wire.BLOCK_HEADER_SIZE], len(frame)) is not None


def _parsed(frame: bytes) -> bool:
    word = words.parse(frame.decode())
    return word is not None and not words.is_earlier(word.life, word.life)


def _manifest(frame: bytes) -> bool:
    manifest.sizes(frame)
    return manifest.decode(frame, hashlib.sha256(frame).hexdigest()) is not None


# --- frames that are taken


def _messages(hint: Any, chance: Random) -> tuple[bytes, ...]:
    """Valid messages, several of each class of a union and of the commands inside."""
    made = [sample(one, chance) for one in (get_args(hint) or (hint,)) for _ in range(8)]
    if hint is ClientMessage:
        commands = get_args(get_type_hints(Do)["command"])
        made += [Do(f"c{number}", sample(command, chance)) for number in range(4) for command in commands]
    return tuple(encode(message).encode() for message in made)


def sample(hint: Any, chance: Random) -> Any:
    """Some value that an annotation allows."""
    if hint in _OF_ALIAS:
        return chance.choice(_OF_ALIAS[hint])
    if get_origin(hint) is Annotated:
        base, bound = get_args(hint)
        return _bounded(base, bound, chance)
    if get_origin(hint) in (Union, UnionType):
        return sample(chance.choice(get_args(hint)), chance)
    if get_origin(hint) is tuple:
        return tuple(sample(get_args(hint)[0], chance) for _ in range(chance.choice((0, 1, 3))))
    if is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint, include_extras=True)
        return hint(**{part.name: sample(hints[part.name], chance) for part in fields(hint)})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return chance.choice(list(hint))
    scalars = {str: "text", int: 3, float: 2.5, bool: chance.random() < 0.5, NoneType: None}
    return scalars[hint]


def _bounded(base: Any, bound: Within | Matches, chance: Random) -> Any:
    if isinstance(bound, Matches):
        return chance.choice(_OF_PATTERN[bound.pattern])
    if base is str:
        return "x" * int(max(bound.least, min(bound.most, chance.choice((1, 5, 30)))))
    value = chance.choice((bound.least, bound.most, (bound.least + bound.most) / 2))
    return int(value) if base is int else float(value)


def _bodies(chance: Random) -> tuple[bytes, ...]:
    people = {name: {"loved": [1, 2], "liked": [3], "hated": [chance.randrange(9999)]} for name in ("ada", "ben")}
    made = [{"name": "Ada", "title": "Friday", "device": "d"}, {"tastes": people, "shown": [1], "skipped": []}]
    made += [{"name": "Ben", "link_secret": "s" * 22, "password": "p"}, {"member": "m", "resume_secret": "r" * 22}]
    return tuple(json.dumps(body).encode() for body in made)


def _control(chance: Random) -> tuple[bytes, ...]:
    film = "ab" * 32
    frames: list[wire.Frame] = [wire.ManifestRequest(film), wire.ManifestChunk(film, 99, 9, b"x" * 90)]
    frames += [wire.Bitfield(film, 77, bytes(10)), wire.Have(film, 3), wire.Request(film, 1, 2, 65536, 65536, True)]
    frames += [wire.Cancel(1), wire.Absent(2), wire.Ration(film, True), wire.Grant(film, chance.randrange(99))]
    frames += [wire.Choke(False), wire.Heartbeat(True)]
    return tuple(wire.encode(frame) for frame in frames)


def _blocks(chance: Random) -> tuple[bytes, ...]:
    header = wire.encode_block_header(wire.BlockHeader(1, 65536, 7))
    return tuple(header + chance.randbytes(size) for size in (1, 100, 3000))


def _manifests() -> tuple[bytes, ...]:
    return (manifest.Manifest(5 << 20, 1 << 20, bytes(160)).encode(),)


def _words() -> tuple[bytes, ...]:
    said = [words.Word("offer", "page.1", None, "v=0"), words.Word("candidate", "page.12", "other.3", "{}")]
    return tuple(words.encode(word).encode() for word in said)


def _tickets() -> tuple[tuple[bytes, ...], Callable[[bytes], bool]]:
    nonces = count()
    tickets = Tickets(b"k" * 32, lambda: f"nonce-{next(nonces)}")
    made = tuple(tickets.issue(Claim("ABCDEF", member), 1000.0).encode() for member in ("ada", "b" * 12))
    return made, lambda frame: tickets.redeem(frame.decode(), 1000.0) is not None
