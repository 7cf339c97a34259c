"""Lines of the log: which parts they hold, in which dress, and what they leave out."""

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from signalling import logs
from signalling.logs import PARTS, JsonLines, KeyValues, network_of, new_mark, note, note_error, parts_of, room_shadow
from signalling.store.base import StoreError

SECRET = "sesame-0123456789"


class Collected(logging.Handler):
    """Keeps the records."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """A logger of ours that keeps what it hears."""
    logger = logging.getLogger("matinee.test")
    logger.setLevel(logging.INFO)
    handler = Collected()
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)


def heard(log: logging.Logger) -> logging.LogRecord:
    handler = log.handlers[-1]
    assert isinstance(handler, Collected)
    (record,) = handler.records
    return record


def test_an_event_is_one_json_object(log: logging.Logger) -> None:
    note(log, "socket_closed", connection="c1", code=4008, duration_s=1.5, room=None)
    line = JsonLines().format(heard(log))
    said = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", said.pop("at"))
    assert said == {"level": "info", "event": "socket_closed", "connection": "c1", "code": 4008, "duration_s": 1.5}
    assert "\n" not in line


def test_a_person_reads_keys_and_values(log: logging.Logger) -> None:
    note(log, "origin_refused", logging.WARNING, origin="a b\n=", code=403)
    line = KeyValues().format(heard(log))
    assert re.fullmatch(r'\S+ warning origin_refused origin="a b\\n=" code=403', line)


def test_a_part_nobody_named_is_left_out(log: logging.Logger) -> None:
    note(log, "request", password=SECRET, status=200)
    assert SECRET not in JsonLines().format(heard(log))


def test_words_of_a_library_are_left_out() -> None:
    record = logging.LogRecord("aiohttp.server", logging.ERROR, "web.py", 1, "from %s", (SECRET,), None, "handle")
    assert SECRET not in JsonLines().format(record)
    said = parts_of(record)
    assert (said["event"], said["logger"], said["place"]) == ("library", "aiohttp.server", "web.handle")


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (StoreError("The disk is full."), "The disk is full."),
        (OSError(28, "No space left"), "[Errno 28] No space left"),
    ],
)
def test_an_error_of_the_machine_says_why(log: logging.Logger, error: Exception, why: str) -> None:
    note_error(log, "room_given_up", error, room="shadow")
    said = parts_of(heard(log))
    assert (said["error"], said["why"], said["level"]) == (type(error).__name__, why, "error")
    assert "trace" not in said


def test_any_other_error_says_only_what_and_where(log: logging.Logger) -> None:
    try:
        {}[SECRET]
    except KeyError:
        note_error(log, "request_failed")
    said = parts_of(heard(log))
    assert said["error"] == "KeyError"
    assert re.fullmatch(r"test_logs\.py:\d+", said["trace"])
    assert SECRET not in JsonLines().format(heard(log))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("unknown", None),
        ("", None),
        (None, None),
    ],
)
def test_of_an_address_the_network_is_told(address: str | None, network: str | None) -> None:
    assert network_of(address) == network


def test_a_room_has_one_shadow_and_no_way_back(monkeypatch: pytest.MonkeyPatch) -> None:
    shadow = room_shadow("ABCDEF")
    assert shadow == room_shadow("ABCDEF") != room_shadow("ABCDEG")
    assert re.fullmatch("[0-9a-f]{10}", shadow)
    monkeypatch.setattr(logs, "_KEY", b"another process.")
    assert room_shadow("ABCDEF") != shadow


def test_marks_differ() -> None:
    assert len({new_mark() for _ in range(100)}) == 100


@pytest.mark.parametrize(("terminal", "formatter"), [(True, KeyValues), (False, JsonLines)])
def test_a_terminal_gets_keys_and_values(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, formatter: type[logging.Formatter]
) -> None:
    given: list[list[logging.Handler]] = []
    monkeypatch.setattr(logging, "basicConfig", lambda **options: given.append(options["handlers"]))
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    logs.set_up(stream)
    assert type(given[0][0].formatter) is formatter


def test_the_page_tells_every_part() -> None:
    page = (Path(__file__).parents[3] / "docs" / "hosting" / "README.md").read_text()
    section = page.partition("## The log")[2].partition("\n## ")[0]
    told = [name for row in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)]
    assert sorted(told) == sorted(PARTS)
