"""What gestures mean."""

from dataclasses import replace

import pytest

from app.playback.gate import WaitFor
from app.playback.timeline import Timeline
from app.room.deck import Wish
from app.room.said import Reaction
from app.room.state import Film, Item, Policy, Role
from app.session import events
from app.session.picture import May, Picture, Player, Playing, Screen
from app.views.gestures import do_for_key, event_for, is_running, missing_right, words_dropped

ALL = May(*[True] * 9)
FILM = Item("i1", Film("0" * 64, "a.mp4", 1, "video/mp4", 1 << 20), "m1")
WATCHING = Picture(screen=Screen.ROOM, may=ALL, current=FILM)


@pytest.mark.parametrize(
    ("kind", "do", "fields", "event"),
    [
        ("submit", "start", {"name": " Anna "}, events.StartPressed("Anna")),
        ("submit", "start", {}, events.StartPressed("")),
        ("submit", "join", {"name": "  "}, events.JoinPressed("")),
        ("submit", "enter-link", {"link": " K7MPQ2.abc "}, events.LinkEntered("K7MPQ2.abc")),
        ("submit", "enter-link", {"link": " "}, None),
        ("click", "start", {}, None),
        ("click", "play", {}, events.PlayPressed()),
        ("click", "pause", {}, events.PausePressed()),
        ("click", "back", {}, events.StepPressed(-10)),
        ("click", "nudge-forward", {}, events.StepPressed(5)),
        ("click", "pick-item", {"item": "i2"}, events.ItemPicked("i2")),
        ("click", "remove-item", {"item": "i2"}, events.ItemRemoved("i2")),
        ("click", "move-up", {"item": "i2"}, events.ItemMoved("i2", -1)),
        ("click", "move-down", {"item": "i2"}, events.ItemMoved("i2", 1)),
        ("submit", "join", {"name": "Bo", "password": " s "}, events.JoinPressed("Bo", " s ")),
        ("submit", "password", {"password": "s"}, events.PasswordGiven("s")),
        ("click", "new-link", {}, events.NewLinkPressed()),
        ("click", "start-anew", {}, events.StartPressed("")),
        (
            "change",
            "policy",
            {"places": "4", "wait_for": "everyone"},
            events.PolicyPicked(Policy(False, False, False, most_members=4)),
        ),
        ("change", "policy", {"places": ""}, events.PolicyPicked(Policy(False, False, False))),
        ("click", "no-password", {}, events.PasswordGiven("")),
        ("change", "visibility", {"public": "on"}, events.VisibilityPicked(public=True)),
        ("change", "visibility", {}, events.VisibilityPicked(public=False)),
        ("submit", "chat", {"text": "Hello"}, events.ChatSent("Hello")),
        ("click", "react", {"item": "🔥"}, events.Reacted(Reaction.FIRE)),
        ("click", "ban", {"item": "m2"}, events.MemberBanned("m2")),
        ("click", "let-in", {"item": "c1"}, events.CallerAdmitted("c1")),
        ("click", "turn-away", {"item": "c1"}, events.CallerDeclined("c1")),
        ("click", "visit", {"item": "K7MPQ2"}, events.LinkEntered("K7MPQ2")),
        ("click", "pick-item", {}, None),
        ("click", "make-cohost", {"item": "m2"}, events.RoleGiven("m2", Role.COHOST)),
        ("click", "make-viewer", {"item": "m2"}, events.RoleGiven("m2", Role.VIEWER)),
        ("click", "make-host", {"item": "m2"}, events.HostGiven("m2")),
        ("click", "put-out", {"item": "m2"}, events.MemberPutOut("m2")),
        ("click", "pick-subtitle", {"item": "5b"}, events.SubtitlePicked("5b")),
        ("click", "pick-subtitle", {"item": ""}, events.SubtitlePicked("")),
        ("click", "size-subtitles", {"item": "large"}, events.SubtitleSizePicked("large")),
        ("click", "subtitles-earlier", {}, events.SubtitlesShifted(-50)),
        ("click", "subtitles-later", {}, events.SubtitlesShifted(50)),
        ("click", "remove-subtitle", {"item": "5b"}, events.SubtitleTakenOff("i1", "5b")),
        ("click", "remove-subtitle", {}, None),
        ("click", "save-film", {"item": "ab"}, events.SavePressed("ab")),
        ("click", "watch-film", {"item": "ab"}, events.WatchPressed("ab")),
        ("click", "end-watching", {}, events.WatchingEnded()),
        ("click", "remove-film", {"item": "ab"}, events.RemovePressed("ab")),
        ("click", "go-on", {}, events.GoOnPressed()),
        ("click", "find-together", {}, events.ChoosePressed()),
        ("click", "choose-alone", {}, events.AlonePressed()),
        ("click", "keep-taste", {}, events.TasteKept(on=True)),
        ("click", "forget-taste", {}, events.TasteKept(on=False)),
        ("click", "rate-loved", {"item": "5"}, events.FilmRated(5, events.Verdict.LOVED)),
        ("click", "rate-liked", {"item": "5"}, events.FilmRated(5, events.Verdict.LIKED)),
        ("click", "rate-hated", {"item": "5"}, events.FilmRated(5, events.Verdict.HATED)),
        ("click", "taste-ready", {}, events.ReadyPressed()),
        ("click", "vote-watch", {}, events.VotePressed(Wish.WATCH)),
        ("click", "vote-skip", {}, events.VotePressed(Wish.SKIP)),
        ("click", "undo-card", {}, events.UndoPressed()),
        ("click", "find-another", {}, events.AnotherPressed()),
        ("click", "cards", {}, events.CardsPressed()),
        ("click", "widen", {}, events.FiltersPicked("", None)),
        ("click", "draw-lots", {}, events.LotsPressed()),
        ("click", "step-out", {}, events.StepOutPressed()),
        ("click", "end-choosing", {}, events.ChoosingEnded()),
        ("change", "filters", {"genre": "War", "decade": "1990"}, events.FiltersPicked("War", 1990)),
        ("change", "filters", {"genre": "", "decade": ""}, events.FiltersPicked("", None)),
        ("change", "majority", {"majority": "on"}, events.MajorityPicked(True)),
        ("change", "majority", {}, events.MajorityPicked(False)),
        ("change", "search-films", {"value": "heat"}, None),
        ("click", "bring", {}, events.BringPressed()),
        ("click", "sound", {}, events.SoundPressed()),
        ("click", "end", {}, events.EndPressed()),
        ("change", "seek", {"value": "61.5"}, events.SeekPressed(61.5)),
        ("change", "rate", {"value": "1.25"}, events.RatePicked(1.25)),
        ("change", "pauses", {}, events.PausesPicked(sending=False, receiving=False)),
        ("change", "pauses", {"sending": "on"}, events.PausesPicked(sending=True, receiving=False)),
        ("change", "pauses", {"receiving": "on"}, events.PausesPicked(sending=False, receiving=True)),
        ("change", "limits", {"download": "500000", "upload": ""}, events.LimitsPicked(500_000, None)),
        ("change", "policy", {"seek": "on"}, events.PolicyPicked(Policy(False, True, False))),
        (
            "change",
            "policy",
            {"add": "on", "wait_for": "majority"},
            events.PolicyPicked(Policy(False, False, True, WaitFor.MAJORITY)),
        ),
        ("click", "anyway", {}, events.AnywayPressed()),
        ("click", "no-such-thing", {}, None),
    ],
)
def test_a_gesture_is_an_event(kind: str, do: str, fields: dict[str, str], event: events.Event) -> None:
    assert event_for(kind, do, fields, WATCHING) == event


@pytest.mark.parametrize(
    "do",
    [
        "play",
        "pause",
        "back",
        "seek",
        "rate",
        "pick-item",
        "remove-item",
        "move-up",
        "move-down",
        "remove-subtitle",
        "end",
        "policy",
    ],
)
def test_a_gesture_without_the_right_means_nothing(do: str) -> None:
    powerless = replace(WATCHING, may=May())
    assert missing_right(do, powerless)
    assert event_for("click", do, {"item": "i1"}, powerless) is None
    assert event_for("change", do, {"value": "1"}, powerless) is None


def test_without_a_film_there_is_nothing_to_take_subtitles_off() -> None:
    assert event_for("click", "remove-subtitle", {"item": "5b"}, replace(WATCHING, current=None)) is None


def test_space_does_what_would_change_something() -> None:
    playing = Player(Playing.PLAYING, Timeline("i1", playing=True), 0.0, 60.0, None)
    assert do_for_key(" ", WATCHING) == "play"
    assert do_for_key("K", replace(WATCHING, player=playing)) == "pause"


def test_while_the_room_waits_space_pauses() -> None:
    waiting = Player(Playing.WAITING_FOR_OTHERS, Timeline("i1"), 0.0, 60.0, None)
    assert do_for_key(" ", replace(WATCHING, player=waiting)) == "pause"


def test_only_a_host_starts_without_the_others() -> None:
    viewer = replace(WATCHING, may=replace(ALL, overrule=False))
    assert event_for("click", "anyway", {}, viewer) is None
    assert missing_right("anyway", viewer) == "overrule"


def test_at_the_end_there_is_nothing_to_pause() -> None:
    ended = Player(Playing.ENDED, Timeline("i1", playing=True), 0.0, 60.0, None)
    assert do_for_key(" ", replace(WATCHING, player=ended)) == "play"
    assert not is_running(replace(WATCHING, player=ended))


def test_words_that_are_dropped_are_an_invite_before_there_is_a_room() -> None:
    assert words_dropped(" K7MPQ2.abc ", Picture()) == events.LinkEntered("K7MPQ2.abc")
    assert words_dropped("  ", Picture()) == events.UnusableDropped("")
    assert words_dropped("K7MPQ2.abc", WATCHING) == events.UnusableDropped("")


def test_who_watches_alone_has_the_keys_that_need_nobody_else() -> None:
    alone = Picture(screen=Screen.SCREENING)
    assert [do_for_key(key, alone) for key in " kjmf"] == ["toggle", "toggle", "back", "mute", "fullscreen"]
    assert [do_for_key(key, alone) for key in "tc?zq"] == [None] * 5


def test_keys_mean_nothing_without_a_film() -> None:
    assert do_for_key(" ", replace(WATCHING, current=None)) is None
    assert do_for_key(" ", Picture()) is None
    assert do_for_key("q", WATCHING) is None
    assert do_for_key("Z", WATCHING) == "subtitles-earlier"
