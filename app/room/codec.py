"""JSON text to messages and back, strict about types and bounds.

A union travels as an object with `type`: the class name in snake case. Unknown
keys are ignored, unknown types refused. The shapes are read from the
dataclasses' annotations once and kept. Nothing here raises anything but
`BadMessage`.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from app.room.bounds import Matches, Within
from app.room.errors import BadMessage
from app.room.messages import ClientMessage, ServerMessage
from app.room.state import Room

MAX_ITEMS_IN_A_LIST = 2000

_WRITTEN_AS_THEY_ARE = frozenset({str, int, float, bool, NoneType})

_TEXT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False)

_Reader = Callable[[Any, str], Any]
_Writer = Callable[[Any], Any]


def encode(value: Any) -> str:
    """A message, command or room as compact JSON text."""
    return _TEXT.encode(_plain(value))


def decode_from_client(text: str) -> ClientMessage:
    """What a client said. Raises `BadMessage`."""
    message: ClientMessage = _decode(text, ClientMessage)
    return message


def decode_from_server(text: str) -> ServerMessage:
    """What the server said. Raises `BadMessage`."""
    message: ServerMessage = _decode(text, ServerMessage)
    return message


def decode_room(text: str) -> Room:
    """A room as `encode` wrote it. Raises `BadMessage`."""
    room: Room = _decode(text, Room)
    return room


def type_name(cls: type) -> str:
    """The name a class travels under: `SetRate` is `set_rate`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


def strict_json(text: str | bytes) -> Any:
    """The value of a JSON text, in UTF-8, in which no key stands twice and every number is one. Raises `BadMessage`."""
    if not isinstance(text, str | bytes):  # a browser may hand over anything that came
        raise BadMessage("not text")
    try:
        return _JSON.decode(text if isinstance(text, str) else text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadMessage(f"not valid JSON: {error}"[:200]) from None


def _decode(text: str, hint: Any) -> Any:
    return _reader(hint)(strict_json(text), "message")


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise BadMessage("a key stands twice")
    return value


def _no_constant(name: str) -> Any:
    raise BadMessage(f"{name} is not a number here")


def _plain(value: Any) -> Any:
    kind: Any = type(value)
    return value if kind in _WRITTEN_AS_THEY_ARE else _writer(kind)(value)


@cache
def _writer(cls: type[Any]) -> _Writer:
    if is_dataclass(cls):
        return _object_writer(type_name(cls), tuple(field.name for field in fields(cls)))
    if issubclass(cls, tuple):
        return lambda items: [_plain(item) for item in items]
    if issubclass(cls, Enum):
        return lambda value: value._value_  # what `value` gives, at a tenth of the price
    return lambda value: value


def _object_writer(name: str, parts: tuple[str, ...]) -> _Writer:
    def writer(value: Any) -> dict[str, Any]:
        told = {"type": name}
        for part in parts:
            told[part] = _plain(getattr(value, part))
        return told

    return writer


@cache
def _reader(hint: Any) -> _Reader:
    if get_origin(hint) is Annotated:
        base, *bounds = get_args(hint)
        return _bounded(_reader(base), tuple(bounds))
    if get_origin(hint) in (Union, UnionType):
        return _union_reader(get_args(hint))
    if get_origin(hint) is tuple:
        return _list_reader(_reader(get_args(hint)[0]))
    if is_dataclass(hint) and isinstance(hint, type):
        return _object_reader(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum_reader(hint)
    return _SCALARS[hint]


def _read_text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise BadMessage(f"{where} is not text")
    try:
        value.encode()  # refuses a half of a surrogate pair
    except UnicodeEncodeError:
        raise BadMessage(f"{where} is not valid text") from None
    return value


def _read_float(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadMessage(f"{where} is not a number")
    try:
        number = float(value)
    except OverflowError:
        raise BadMessage(f"{where} is out of range") from None
    if not math.isfinite(number):
        raise BadMessage(f"{where} is not a finite number")
    return number


def _read_int(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadMessage(f"{where} is not a whole number")
    return value


def _read_bool(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise BadMessage(f"{where} is not true or false")
    return value


_SCALARS: dict[Any, _Reader] = {str: _read_text, float: _read_float, int: _read_int, bool: _read_bool}
# Made once: `json.loads` makes another for each text.
_JSON = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_no_constant)


def _bounded(read: _Reader, bounds: tuple[Within | Matches, ...]) -> _Reader:
    def reader(value: Any, where: str) -> Any:
        result = read(value, where)
        for bound in bounds:
            _check(result, bound, where)
        return result

    return reader


def _check(value: Any, bound: Within | Matches, where: str) -> None:
    if isinstance(bound, Matches):
        if re.fullmatch(bound.pattern, value) is None:
            raise BadMessage(f"{where} has the wrong form")
        return
    measure = len(value) if isinstance(value, str) else value
    if not bound.least <= measure <= bound.most:
        raise BadMessage(f"{where} is out of range")


def _union_reader(options: tuple[Any, ...]) -> _Reader:
    classes: dict[str, type] = {
        type_name(option): option for option in options if isinstance(option, type) and is_dataclass(option)
    }
    if not classes:
        return _optional_reader(options)

    def reader(value: Any, where: str) -> Any:
        if value is None and NoneType in options:
            return None
        name = value.get("type") if isinstance(value, dict) else None
        if not isinstance(name, str) or name not in classes:
            raise BadMessage(f"{where} has no known type")
        return _reader(classes[name])(value, name)

    return reader


def _optional_reader(options: tuple[Any, ...]) -> _Reader:
    inner = _reader(next(option for option in options if option is not NoneType))
    return lambda value, where: None if value is None else inner(value, where)


def _list_reader(read: _Reader) -> _Reader:
    def reader(value: Any, where: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise BadMessage(f"{where} is not a list")
        if len(value) > MAX_ITEMS_IN_A_LIST:
            raise BadMessage(f"{where} is too long")
        return tuple(read(item, f"{where}[{index}]") for index, item in enumerate(value))

    return reader


def _enum_reader(cls: type[Enum]) -> _Reader:
    def reader(value: Any, where: str) -> Enum:
        try:
            return cls(value)
        except ValueError:
            raise BadMessage(f"{where} is none of the known words") from None

    return reader


def _object_reader(cls: type) -> _Reader:
    hints = get_type_hints(cls, include_extras=True)
    parts = [
        (field.name, _reader(hints[field.name]), field.default is MISSING and field.default_factory is MISSING)
        for field in fields(cls)
    ]

    def reader(value: Any, where: str) -> Any:
        if not isinstance(value, dict):
            raise BadMessage(f"{where} is not an object")
        given = {}
        for name, read, required in parts:
            if name in value:
                given[name] = read(value[name], f"{where}.{name}")
            elif required:
                raise BadMessage(f"{where}.{name} is missing")
        return cls(**given)

    return reader
