"""Options and environment."""

from pathlib import Path

import pytest

from signalling.settings import Build, Settings, SettingsError, parse
from signalling.turn import TurnServers
from signalling.world import Lifetimes


def test_defaults() -> None:
    assert parse(["serve"], {}) == Settings()
    assert Settings().db == Path("data/rooms.sqlite3")
    assert Settings().lifetimes == Lifetimes(30.0, 120.0, 7200.0, 86400.0)


def test_options() -> None:
    places = ["--host", "0.0.0.0", "--port", "0", "--db", "d", "--site", "s"]
    origins = ["--origin", "https://A.example/", "--origin", "http://b.example:81"]
    stun = ["--stun", "stun:a.example:3478", "--stun", "stuns:b.example"]
    waits = ["--away", "1.5", "--host-away", "1.75", "--empty-room", "2", "--longest-room", "3"]
    chosen = parse(
        ["serve", *places, *origins, *stun, *waits],
        {"MATINEE_PORT": "9", "MATINEE_ORIGINS": "https://c.example", "MATINEE_STUN": "stun:c.example"},
    )
    known = ("https://a.example", "http://b.example:81")
    ice = ("stun:a.example:3478", "stuns:b.example")
    assert chosen == Settings("0.0.0.0", 0, Path("d"), Path("s"), known, ice, lifetimes=Lifetimes(1.5, 1.75, 2.0, 3.0))


def test_the_environment() -> None:
    environ = {
        "MATINEE_HOST": "::1",
        "MATINEE_PORT": "81",
        "MATINEE_DB": "d",
        "MATINEE_SITE": "s",
        "MATINEE_ORIGINS": "https://a.example, https://b.example",
        "MATINEE_STUN": "stun:a.example",
        "MATINEE_AWAY": "4",
        "MATINEE_HOST_AWAY": "4.5",
        "MATINEE_EMPTY_ROOM": "5",
        "MATINEE_LONGEST_ROOM": "6",
    }
    origins = ("https://a.example", "https://b.example")
    lifetimes = Lifetimes(4, 4.5, 5, 6)
    places = ("::1", 81, Path("d"), Path("s"))
    assert parse(["serve"], environ) == Settings(*places, origins, ("stun:a.example",), lifetimes=lifetimes)


def test_build() -> None:
    assert parse(["build"], {}) == Build(Path("build/site"))
    assert parse(["build", "--out", "x"], {}) == Build(Path("x"))


@pytest.mark.parametrize(
    ("said", "server"),
    [
        ("wss://rooms.example", "https://rooms.example/"),
        ("ws://127.0.0.1:81/deep/", "http://127.0.0.1:81/deep/"),
        ("https://rooms.example/", "https://rooms.example/"),
        ("", ""),
    ],
)
def test_a_site_for_a_server_elsewhere(said: str, server: str) -> None:
    assert parse(["build", "--server", said], {}) == Build(Path("build/site"), server)
    assert parse(["build"], {"MATINEE_SERVER": said}) == Build(Path("build/site"), server)


@pytest.mark.parametrize(
    "said", ["rooms.example", "ftp://rooms.example", "wss://", "wss://a.example/?x", "wss://a.example/#x", "wss://b@a"]
)
def test_what_is_no_server(said: str) -> None:
    with pytest.raises(SettingsError, match="address of a server"):
        parse(["build", "--server", said], {})


def test_a_server_without_a_site() -> None:
    chosen = parse(["serve", "--site", "none"], {})
    assert isinstance(chosen, Settings)
    assert chosen.site is None


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["serve", "--po", "1"],
        ["serve", "extra"],
        ["serve", "--port"],
        ["serve", "--port", "-1"],
        ["serve", "--port", "65536"],
        ["serve", "--port", "²"],
        ["serve", "--away", "0"],
        ["serve", "--away", "nan"],
        ["serve", "--away", "inf"],
        ["serve", "--away", "soon"],
        ["serve", "--origin", "a.example"],
        ["serve", "--origin", "https://a.example/path"],
        ["serve", "--origin", "https://a.example?q"],
        ["serve", "--origin", "ftp://a.example"],
        ["serve", "--stun", "https://a.example"],
        ["build", "--port", "1"],
    ],
)
def test_what_cannot_be_followed(arguments: list[str]) -> None:
    with pytest.raises(SettingsError) as refusal:
        parse(arguments, {})
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("variable", ["MATINEE_PORT", "MATINEE_AWAY", "MATINEE_ORIGINS", "MATINEE_STUN"])
def test_the_environment_can_be_wrong(variable: str) -> None:
    with pytest.raises(SettingsError):
        parse(["serve"], {variable: "x"})


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse(["serve", "--help"], {})
    assert end.value.code == 0
    assert "--empty-room SECONDS" in capsys.readouterr().out


def test_turn_servers_come_with_a_secret_out_of_the_environment() -> None:
    turn = ["serve", "--turn", "turn:t.example:3478?transport=udp", "--turn", "turns:t.example"]
    chosen = parse(turn, {"MATINEE_TURN_SECRET": "s"})
    assert isinstance(chosen, Settings)
    assert chosen.turn == TurnServers(("turn:t.example:3478?transport=udp", "turns:t.example"), "s")
    by_environment = parse(["serve"], {"MATINEE_TURN": "turn:t.example", "MATINEE_TURN_SECRET": "s"})
    assert isinstance(by_environment, Settings)
    assert by_environment.turn == TurnServers(("turn:t.example",), "s")
    with pytest.raises(SettingsError, match="MATINEE_TURN_SECRET"):
        parse(turn, {})
    with pytest.raises(SettingsError, match="no TURN server"):
        parse(["serve", "--turn", "stun:t.example"], {"MATINEE_TURN_SECRET": "s"})


def test_members_proxies_and_patience() -> None:
    chosen = parse(["serve", "--members", "1000", "--behind-proxy", "--idle", "5"], {})
    assert isinstance(chosen, Settings)
    assert (chosen.most_members, chosen.behind_proxy, chosen.idle_s) == (1000, True, 5.0)
    for wrong in ("0", "1001", "many"):
        with pytest.raises(SettingsError, match="no number of people"):
            parse(["serve", "--members", wrong], {})
