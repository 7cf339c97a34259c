"""What whoever runs the server may choose: by option, else by environment (`MATINEE_PORT=…`), else the default."""

import argparse
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, TypeVar
from urllib.parse import urlsplit

from app.room.bounds import ICE_URL, MAX_MEMBERS, TURN_URL, USUAL_MEMBERS
from signalling.adapters import AdapterError, FilmLore, Model, film_lore, model
from signalling.turn import NO_TURN, TurnServers
from signalling.world import Lifetimes

T = TypeVar("T")
DEFAULT_SITE = Path("build/site")
NO_SITE = "none"
_OVER_HTTP = {"ws": "http", "wss": "https", "http": "http", "https": "https"}


class SettingsError(Exception):
    """An option nobody can follow; `str()` is one sentence for the person."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to serve. `site` is None where another host serves the page; `origins` are those allowed besides the server's
    own, `ice` STUN servers; lifetimes are seconds.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    db: Path = Path("data/rooms.sqlite3")
    site: Path | None = DEFAULT_SITE
    origins: tuple[str, ...] = ()
    ice: tuple[str, ...] = ()
    most_members: int = USUAL_MEMBERS
    behind_proxy: bool = False
    turn: TurnServers = NO_TURN
    idle_s: float = 30.0
    hello_timeout_s: float = 5.0
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    model: Model = field(default_factory=Model)
    film_lore: FilmLore = field(default_factory=FilmLore)


@dataclass(frozen=True, slots=True)
class Build:
    """Make the static site in the folder `out`, for pages that talk to `server`; empty: the one they come from."""

    out: Path
    server: str = ""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise SettingsError(f"{message[:1].upper()}{message[1:]}; see python -m signalling --help.")


def parse(arguments: Sequence[str], environ: Mapping[str, str]) -> Settings | Build:
    """What to do. Raises `SettingsError`; `--help` prints and exits."""
    chosen = _parser(environ).parse_args(arguments)
    if chosen.task == "build":
        return Build(chosen.out, chosen.server)
    return Settings(
        host=chosen.host,
        port=chosen.port,
        db=chosen.db,
        site=chosen.site,
        origins=tuple(chosen.origin or _listed(environ, "MATINEE_ORIGINS", _origin)),
        ice=tuple(chosen.stun or _listed(environ, "MATINEE_STUN", _stun)),
        most_members=chosen.members,
        behind_proxy=chosen.behind_proxy or environ.get("MATINEE_BEHIND_PROXY", "") == "yes",
        turn=TurnServers(tuple(chosen.turn or _listed(environ, "MATINEE_TURN", _turn)), _turn_secret(environ, chosen)),
        idle_s=chosen.idle,
        lifetimes=Lifetimes(chosen.away, chosen.host_away, chosen.empty_room, chosen.longest_room),
        model=_adapter(model, environ),
        film_lore=_adapter(film_lore, environ),
    )


def _adapter(read: Callable[[Mapping[str, str]], T], environ: Mapping[str, str]) -> T:
    try:
        return read(environ)
    except AdapterError as error:
        raise SettingsError(str(error)) from None


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m signalling", description="The small server of Matinee.", allow_abbrev=False)
    tasks = parser.add_subparsers(dest="task", required=True, metavar="serve|build", parser_class=_Parser)
    serve = tasks.add_parser("serve", help="serve the site and the rooms", allow_abbrev=False)
    _add_serving(serve, environ)
    _add_lifetimes(serve, environ)
    build = tasks.add_parser("build", help="make the static site", allow_abbrev=False)
    build.add_argument("--out", type=Path, default=DEFAULT_SITE, help="folder to make it in (%(default)s)")
    build.add_argument(
        "--server",
        type=_server,
        default=environ.get("MATINEE_SERVER", ""),
        metavar="wss://…",
        help="address of the server, where it is not the one that serves the site",
    )
    return parser


def _add_serving(serve: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
    usual = Settings()
    get = environ.get
    serve.add_argument("--host", default=get("MATINEE_HOST", usual.host), help="address (%(default)s)")
    serve.add_argument(
        "--port", type=_port, default=get("MATINEE_PORT", str(usual.port)), help="0 takes any (%(default)s)"
    )
    serve.add_argument("--db", type=Path, default=get("MATINEE_DB", str(usual.db)), help="database file (%(default)s)")
    serve.add_argument(
        "--site",
        type=_site,
        default=get("MATINEE_SITE", str(usual.site)),
        help=f"folder, or {NO_SITE}: another host serves the page (%(default)s)",
    )
    serve.add_argument(
        "--origin",
        action="append",
        type=_origin,
        metavar="https://…",
        help="address of the page where it is neither localhost nor --host; repeatable",
    )
    serve.add_argument(
        "--members",
        type=_members,
        default=get("MATINEE_MEMBERS", str(usual.most_members)),
        help="how many people a new room takes (%(default)s)",
    )
    serve.add_argument(
        "--behind-proxy",
        action="store_true",
        help="a proxy of your own stands in front and says in X-Forwarded-For who asks",
    )
    serve.add_argument(
        "--turn",
        action="append",
        type=_turn,
        metavar="turn:…",
        help="relays what no direct way reaches; repeatable, its secret is MATINEE_TURN_SECRET in the environment",
    )
    serve.add_argument(
        "--idle",
        type=_seconds,
        metavar="SECONDS",
        default=get("MATINEE_IDLE", str(usual.idle_s)),
        help="how long a request may take to arrive (%(default)s s)",
    )
    serve.add_argument(
        "--stun",
        action="append",
        type=_stun,
        metavar="stun:…",
        help="lets browsers behind routers meet; repeatable",
    )


def _add_lifetimes(serve: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
    usual = Lifetimes()
    waits = [
        ("--away", usual.away_s, "how long a member without a connection keeps its place"),
        ("--host-away", usual.host_away_s, "how long the host does, until somebody acts as host"),
        ("--empty-room", usual.empty_room_s, "how long a room outlives its last member"),
        ("--longest-room", usual.longest_room_s, "how long any room may live"),
    ]
    for option, seconds, meaning in waits:
        variable = f"MATINEE_{option[2:].replace('-', '_').upper()}"
        serve.add_argument(
            option,
            type=_seconds,
            metavar="SECONDS",
            default=environ.get(variable, str(seconds)),
            help=f"{meaning} (%(default)s s)",
        )


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port between 0 and 65535")
    return int(text)


def _members(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_MEMBERS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of people between 1 and {MAX_MEMBERS}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= 10 * 365 * 86400:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")
    return seconds


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
        raise argparse.ArgumentTypeError(f"{text!r} is no origin such as https://matinee.example")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _site(text: str) -> Path | None:
    return None if text == NO_SITE else Path(text)


def _server(text: str) -> str:
    """The address in the form from which requests and sockets start: over HTTP, with a slash at the end."""
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in _OVER_HTTP or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise argparse.ArgumentTypeError(f"{text!r} is no address of a server such as wss://rooms.example")
    return f"{_OVER_HTTP[parts.scheme]}://{parts.netloc}{parts.path.rstrip('/')}/"


def _stun(text: str) -> str:
    if re.fullmatch(ICE_URL, text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no STUN server such as stun:stun.example:3478")
    return text


def _turn(text: str) -> str:
    if re.fullmatch(TURN_URL, text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no TURN server such as turn:turn.example:3478")
    return text


def _turn_secret(environ: Mapping[str, str], chosen: argparse.Namespace) -> str:
    secret = environ.get("MATINEE_TURN_SECRET", "")
    if (chosen.turn or environ.get("MATINEE_TURN")) and not secret:
        raise SettingsError("A TURN server needs its secret; put it into MATINEE_TURN_SECRET.")
    return secret


def _listed(environ: Mapping[str, str], variable: str, read: Callable[[str], str]) -> list[str]:
    try:
        return [read(part) for part in environ.get(variable, "").replace(",", " ").split()]
    except argparse.ArgumentTypeError as error:
        raise SettingsError(f"{variable}: {error}.") from None
