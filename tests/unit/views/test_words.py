"""The page's voice."""

from dataclasses import replace

import pytest

from app.playback.timeline import Timeline
from app.room.state import Film, Item, Presence, Role, Standing
from app.session.picture import (
    Activity,
    Apart,
    Awaited,
    Card,
    Deed,
    Flow,
    Notice,
    Peer,
    Person,
    Picture,
    Player,
    Playing,
    Preparing,
    Reading,
    SubtitleLine,
    Transfer,
    Trouble,
    Watching,
    Way,
)
from app.views.english import ENGLISH
from app.views.words import Words

WORDS = Words(ENGLISH)
RECEIVING = Transfer(Flow.RECEIVING, 41, 100, 12_300_000, 110.0, ("Anna", "Bo"), ((0.0, 0.41),))
PLAYER = Player(Playing.PLAYING, Timeline("i1", playing=True), 0.0, 60.0, -12.4)
BO = Person("m2", "Bo", Role.VIEWER, Presence.HERE, me=False, connected=True, share=0.63)


def test_every_trouble_and_deed_has_its_sentence() -> None:
    for trouble in Trouble:
        telling = WORDS.telling(Notice(trouble, "about", ("one", "two")))
        assert telling.sentence
        assert telling.label
        assert "{" not in telling.sentence
    for deed in Deed:
        for mine in (True, False):
            assert WORDS.deed(Activity(1, deed, "Bo", mine, "1.5"))


def test_a_notice_names_what_it_is_about() -> None:
    assert "“{x}.txt”" in WORDS.telling(Notice(Trouble.NOT_A_FILM, "{x}.txt")).sentence


def test_several_files_are_named_and_then_counted() -> None:
    two, five = (Notice(Trouble.SEVERAL_FILES, names=names) for names in (("a/1.txt", "b.srt"), tuple("abcde")))
    assert WORDS.telling(two).sentence == "These were not added: a/1.txt and b.srt."
    assert WORDS.telling(five).sentence == "These were not added: a, b and 3 more."


def test_a_refusal_has_the_sentence_of_its_code() -> None:
    assert WORDS.telling(Notice(Trouble.REFUSED, "rate_limited")).sentence.startswith("That was a little fast")
    assert WORDS.telling(Notice(Trouble.REFUSED, "something_new")).sentence.startswith("That did not work")


def test_a_lack_says_what_to_do_about_it() -> None:
    assert "https" in WORDS.telling(Notice(Trouble.OLD_BROWSER, "secure_context")).sentence
    assert "asked for again" in WORDS.telling(Notice(Trouble.OLD_BROWSER, "worker_script")).sentence
    assert "current Chrome" in WORDS.telling(Notice(Trouble.OLD_BROWSER, "something_new")).sentence


def test_deeds_carry_their_detail() -> None:
    assert WORDS.deed(Activity(1, Deed.SOUGHT, "Bo", False, "3723")) == "Bo went to 1:02:03"
    assert WORDS.deed(Activity(1, Deed.SET_RATE, "Bo", True, "1.25")) == "You set the speed to 1.25×"
    assert WORDS.deed(Activity(1, Deed.ADDED, "Bo", False, "the.third.man.1949.mkv")) == "Bo added “The Third Man”"
    assert WORDS.shift(150) == "+150 ms"
    assert WORDS.shift(-50) == "−50 ms"
    assert WORDS.shift(0) == "0 ms"
    coming = SubtitleLine("ab", "A.en.srt", "en", Reading.COMING)
    assert WORDS.subtitle(coming, "English") == ("English", "A.en.srt · on its way")
    assert WORDS.subtitle(replace(coming, reading=Reading.HERE), "") == ("A.en.srt", "")
    assert WORDS.deed(Activity(1, Deed.UNSUBTITLED, "Bo", True, "a.srt")) == "You took “a.srt” off the film"
    assert WORDS.deed(Activity(1, Deed.SOUGHT, "Bo", False, "")) == "Bo went to 0:00"


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ((), ""),
        (("Anna",), "Anna"),
        (("Anna", "Bo"), "Anna and Bo"),
        (("A", "B", "C"), "A, B and C"),
        (("A", "B", "C", "D", "E"), "A, B and 3 more"),
    ],
)
def test_lists_of_names(names: tuple[str, ...], text: str) -> None:
    assert WORDS.names(names) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "1 s left"), (89, "89 s left"), (110, "2 min left"), (5400, "1 h 30 min left")]
)
def test_time_left_is_rounded_up(seconds: float, text: str) -> None:
    assert WORDS.time_left(seconds) == text


def test_the_line_while_receiving() -> None:
    picture = Picture(transfer=RECEIVING, player=PLAYER)
    assert WORDS.line(picture) == "Receiving 41 % · 12.3 MB/s · 2 min left · from Anna and Bo"


def test_the_line_says_who_paused() -> None:
    paused = replace(PLAYER, playing=Playing.PAUSED)
    anna, bo = Person("m1", "Anna", Role.HOST, Presence.HERE, me=True, connected=False, share=1.0), BO
    by_bo, by_me = (anna, replace(bo, watching=Watching.PAUSED_IT)), (replace(anna, watching=Watching.PAUSED_IT), bo)
    complete = replace(RECEIVING, flow=Flow.COMPLETE)
    assert (
        WORDS.line(Picture(player=paused, people=by_bo, transfer=complete))
        == "Paused by Bo · Complete · The whole film is here · from Anna and Bo"
    )
    assert WORDS.line(Picture(player=paused, people=by_me)) == "Paused by you"
    before = (Activity(1, Deed.PAUSED, "Bo", False),)
    assert WORDS.line(Picture(player=paused, people=(anna, bo), activity=before)) == "Paused"
    assert WORDS.line(Picture()) == ""


@pytest.mark.parametrize(
    ("transfer", "text"),
    [
        (replace(RECEIVING, flow=Flow.CONNECTING, sources=()), "Connecting to a friend who has the film …"),
        (replace(RECEIVING, flow=Flow.WAITING), "Waiting for the next part … · from Anna and Bo"),
        (replace(RECEIVING, flow=Flow.COMPLETE, sources=("",)), "Complete · The whole film is here"),
        (replace(RECEIVING, flow=Flow.CHECKING), "Looking whether this browser can play it …"),
        (replace(RECEIVING, flow=Flow.DECLINED), "You declined this film"),
        (replace(RECEIVING, flow=Flow.UNCONNECTED), "Films do not come into this browser"),
        (replace(RECEIVING, flow=Flow.CANNOT_PLAY, plays=False), "This browser cannot play this film"),
        (
            replace(RECEIVING, flow=Flow.CANNOT_PLAY, plays=False, lacks=("hvc1.1.6.L93.90", "ac-3")),
            "This browser cannot play HEVC and Dolby Digital",
        ),
        (
            replace(RECEIVING, flow=Flow.CONNECTING, lacks=("ac-3",)),
            (
                "Connecting to a friend who has the film … · "
                "Without sound here, for this browser does not know Dolby Digital"
            ),
        ),
        (replace(RECEIVING, flow=Flow.WAITING, halted_by=("Anna", "Bo")), "Anna and Bo paused sending"),
        (replace(RECEIVING, flow=Flow.HALTED), "Receiving is paused at 41 %"),
        (replace(RECEIVING, flow=Flow.COMPLETE, sending_halted=True), "Sending is paused"),
        (replace(RECEIVING, flow=Flow.UNKEPT), "Stopped at 41 %, because this device keeps no more"),
        (replace(RECEIVING, flow=Flow.STALLED), "Stopped at 41 %, because nobody here has the rest just now"),
        (replace(RECEIVING, flow=Flow.SOURCE), "The film is on this device"),
        (replace(RECEIVING, flow=Flow.SOURCE, receivers=("Bo",), sending_Bps=2e6), "Sending to Bo · 2.0 MB/s"),
    ],
)
def test_the_line_for_every_flow(transfer: Transfer, text: str) -> None:
    assert WORDS.line(Picture(transfer=transfer)) == text


@pytest.mark.parametrize(
    ("drift_ms", "text"), [(None, ""), (-12.4, "In step ±12 ms"), (1240, "1.2 s ahead"), (-400, "0.4 s behind")]
)
def test_drift(drift_ms: float | None, text: str) -> None:
    assert WORDS.drift(replace(PLAYER, drift_ms=drift_ms)) == text


def test_drift_is_silent_while_nothing_moves() -> None:
    assert WORDS.drift(None) == ""
    assert WORDS.drift(replace(PLAYER, playing=Playing.PAUSED)) == ""


def test_a_guest_reads_who_is_there_and_what_is_on() -> None:
    assert WORDS.waiting(None) == "Your friends are waiting"
    assert WORDS.waiting(Card("", (), None)) == "You are the first"
    assert WORDS.waiting(Card("", ("Anna",), None)) == "Anna is waiting"
    assert WORDS.waiting(Card("", ("Anna", "Bo"), None)) == "Anna and Bo are waiting"
    assert WORDS.programme(Card("", (), "playtime.1967.mkv")).startswith("On now: Playtime.")
    assert WORDS.programme(Card("", (), None)).startswith("Nothing is on yet")


def test_people_and_films() -> None:
    assert WORDS.person(BO, film_on=True) == "has 63 %"
    assert WORDS.person(replace(BO, connected=False), film_on=True) == "connecting …"
    assert WORDS.person(replace(BO, presence=Presence.AWAY), film_on=True) == "away"
    assert WORDS.person(BO, film_on=False) == "here"
    assert WORDS.person(replace(BO, me=True, share=1.0), film_on=True) == "you · has the whole film"
    film = Film("0" * 64, "Playtime.1967.mp4", 2_100_000_000, "video/mp4", 1 << 20, 7440.0)
    assert WORDS.item(Item("i1", film, "m1"), on=True) == "1967 · 2:04:00 · on now"
    assert WORDS.item(Item("i1", replace(film, duration_s=None), "m1"), on=False) == "1967 · 2.1 GB"
    assert WORDS.preparing(Preparing("a.mp4", 41, 100)) == "Preparing “A” · 41 %"


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (Standing.CHECKING, "is looking at the film · 63 %"),
        (Standing.CANNOT_PLAY, "cannot play this film · 63 %"),
        (Standing.DECLINED, "declined · 63 %"),
        (Standing.NO_SPACE, "has no space for this film · 63 %"),
        (Standing.WAITING_FOR_SPACE, "waiting for space · 63 %"),
        (Standing.STORE_REFUSED, "keeps no films · 63 %"),
        (Standing.UNCONNECTED, "without the film, for this browser gets none · 63 %"),
        (Standing.CONNECTING, "connecting … · 63 %"),
        (Standing.RECEIVING, "63 %"),
        (Standing.STALLED, "waiting for the rest · 63 %"),
        (Standing.PAUSED, "receiving paused · 63 %"),
    ],
)
def test_how_the_film_stands_with_somebody(standing: Standing, words: str) -> None:
    assert WORDS.person(replace(BO, standing=standing), film_on=True) == words
    assert WORDS.person(replace(BO, standing=standing, connected=False), film_on=True) == words
    assert WORDS.person(replace(BO, standing=standing, me=True), film_on=True) == f"you · {words}"


def test_whoever_has_it_all_says_no_more() -> None:
    for standing in (Standing.COMPLETE, Standing.SOURCE):
        assert WORDS.person(replace(BO, standing=standing, share=1.0), film_on=True) == "has the whole film"
    beginning = replace(BO, standing=Standing.RECEIVING, share=None)
    assert WORDS.person(beginning, film_on=True) == "0 %"
    assert WORDS.person(replace(beginning, share=0.63, rate_Bps=2.1e6), film_on=True) == "63 % · 2.1 MB/s"
    unable = replace(BO, standing=Standing.CANNOT_PLAY)
    assert WORDS.person(replace(unable, share=0.0), film_on=True) == "cannot play this film"
    assert WORDS.person(replace(unable, share=1.0), film_on=True) == "cannot play this film · 100 %"


def test_whoever_gives_the_film_is_told_with_whom_it_will_not_be() -> None:
    source = replace(RECEIVING, flow=Flow.SOURCE, sources=())
    bo = replace(BO, standing=Standing.CANNOT_PLAY, lacks="hvc1.1.6.L93.90")
    cy = replace(bo, name="Cy")
    dee = replace(BO, name="Dee", standing=Standing.DECLINED)

    def line(*people: Person) -> str:
        return WORDS.line(Picture(transfer=source, people=people))

    assert line(bo) == "The film is on this device · Bo’s browser cannot play HEVC"
    assert line(replace(bo, lacks="")) == "The film is on this device · Bo’s browser cannot play this film"
    away_from_all = replace(BO, name="Wim", standing=Standing.UNCONNECTED)
    assert line(away_from_all) == "The film is on this device · It cannot reach Wim"
    assert line(bo, cy, dee) == "The film is on this device · Bo and Cy cannot play it · Dee declined it"
    assert line(replace(bo, me=True), replace(cy, presence=Presence.AWAY)) == "The film is on this device"
    assert WORDS.line(Picture(transfer=replace(source, flow=Flow.DECLINED), people=(bo,))) == "You declined this film"


def test_what_somebodys_browser_does_not_know() -> None:
    assert WORDS.person(replace(BO, standing=Standing.CANNOT_PLAY, share=0.0, lacks="hvc1.1"), True) == (
        "cannot play HEVC"
    )
    silent = replace(BO, standing=Standing.RECEIVING, lacks="ac-3")
    assert WORDS.person(silent, film_on=True) == "63 % · without sound"
    assert WORDS.person(replace(silent, share=1.0), film_on=True) == "has the whole film · without sound"


@pytest.mark.parametrize(
    ("flow", "plays", "choice"),
    [
        (Flow.SOURCE, True, None),
        (Flow.COMPLETE, True, None),
        (Flow.CHECKING, True, None),
        (Flow.RECEIVING, True, ("decline-film", "Decline")),
        (Flow.RECEIVING, False, ("decline-film", "Leave it")),
        (Flow.UNCONNECTED, True, ("decline-film", "Decline")),
        (Flow.DECLINED, True, ("want-film", "Fetch it after all")),
        (Flow.CANNOT_PLAY, False, ("want-film", "Fetch it anyway")),
    ],
)
def test_what_a_person_may_choose(flow: Flow, plays: bool, choice: tuple[str, str] | None) -> None:
    assert WORDS.choice(replace(RECEIVING, flow=flow, plays=plays)) == choice
    assert WORDS.choice(None) is None


def test_a_position_is_spoken_in_full() -> None:
    assert WORDS.spoken_position(0, None) == "0 s"
    assert WORDS.spoken_position(3723, 7200) == "1 h 2 min 3 s of 2 h"


def test_every_way_to_somebody_has_its_words() -> None:
    for way in Way:
        words = WORDS.way(Peer("m2", "Bo", way, rtt_s=0.0124))
        assert words == ENGLISH.phrases[f"way_{way}"] + (" · 12 ms" if way in (Way.DIRECT, Way.RELAYED) else "")
    assert WORDS.way(Peer("m2", "Bo", Way.DIRECT)) == "connected directly"


def test_the_line_says_for_whom_the_room_waits() -> None:
    waiting = Picture(player=replace(PLAYER, playing=Playing.WAITING_FOR_OTHERS))
    assert WORDS.line(waiting) == "Waiting for the others"
    bo, cy = Awaited("Bo", False, 2.9, 5.0), Awaited("Cy", False, 1.0, 30.0)
    assert WORDS.line(replace(waiting, waiting=(bo,))) == "Waiting for Bo · 2 s of 5 s"
    assert WORDS.line(replace(waiting, waiting=(bo, cy))) == "Waiting for Bo and Cy · 1 s of 30 s"
    assert WORDS.line(replace(waiting, waiting=(bo, replace(cy, me=True)))) == "Waiting for your download · 1 s of 30 s"
    assert WORDS.line(replace(waiting, waiting=(replace(bo, ahead_s=9.0),))) == "Waiting for Bo"


@pytest.mark.parametrize(
    ("playing", "words"),
    [
        (Playing.WAITING_FOR_OTHERS, "Waiting for Bo · 4 s of 10 s"),
        (Playing.WAITING_FOR_DOWNLOAD, ENGLISH.phrases["waiting_for_download"]),
        (Playing.CATCHING_UP, ENGLISH.phrases["catching_up"]),
    ],
)
def test_whatever_the_film_waits_for_is_said(playing: Playing, words: str) -> None:
    player, waiting = replace(PLAYER, playing=playing), (Awaited("Bo", False, 4.0, 10.0),)
    assert WORDS.hindrance(Picture(player=player, transfer=RECEIVING, waiting=waiting), player) == words


def test_how_far_off_the_screens_are() -> None:
    assert WORDS.apart(Apart(2.4, 9.6)) == "2 ms · p95 10 ms"


@pytest.mark.parametrize(
    ("watching", "line"),
    [
        (Watching.AWAITED, "waited for · 2 s of 6 s · 63 %"),
        (Watching.DRY, "waiting for download · 63 %"),
        (Watching.BEHIND, "1.3 s behind · 63 %"),
        (Watching.AHEAD, "1.3 s ahead · 63 %"),
        (Watching.PAUSED_IT, "paused the film · 63 %"),
    ],
)
def test_a_line_of_the_roster_says_what_keeps_somebody(watching: Watching, line: str) -> None:
    bo = replace(BO, watching=watching, standing=Standing.RECEIVING, ahead_s=2.9, need_s=5.1, drift_s=-1.26)
    assert WORDS.person(bo, film_on=True) == line
    assert WORDS.person(bo, film_on=False) == "here"


def test_whoever_has_enough_is_waited_for_without_figures() -> None:
    bo = replace(BO, watching=Watching.AWAITED, standing=Standing.RECEIVING, ahead_s=6.0, need_s=5.1)
    assert WORDS.person(bo, film_on=True) == "waited for · 63 %"
