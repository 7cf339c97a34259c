"""What one screen shows of the subtitles: Ben watches what Ada put on. Page time in seconds."""

from dataclasses import replace
from typing import Any

import pytest

from app.playback.cues import MAX_CUES, PAGE_MS, Cue
from app.playback.timeline import Timeline
from app.room.messages import Ready
from app.room.state import Programme, Room, Subtitle
from app.session import events as ev
from app.session.effects import Effect, FetchSubtitle, ParseSubtitle, RememberSubtitles, ShowCues
from app.session.picture import Notice, Reading, Subtitles, Trouble
from app.session.subtitling import MAX_SHIFTS
from app.session.writing import Written, written
from tests.unit.room.rooms import room
from tests.unit.session.parts import NOW, inside

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nGood evening\n"
RAW = ((1000, 2000, "Good evening"), (3000, 4000, "Take a seat"), (4 * PAGE_MS, 4 * PAGE_MS + 500, "The end"))


def words(name: str) -> Written:
    found = written("file", name, SRT + name.encode())
    assert found is not None
    return found


ENGLISH, GERMAN, OTHER = words("A.en.srt"), words("A.de.srt"), words("B.de.srt")


def showing(*subtitles: Subtitle, then: tuple[Subtitle, ...] = (), on: str = "one", at_s: float = 0.0) -> Room:
    """A room with a film that has these subtitles, and a second one that has others."""
    first, second, *rest = room().programme.items
    items = (replace(first, subtitles=subtitles), replace(second, subtitles=then), *rest)
    return replace(room(), programme=Programme(items), timeline=Timeline(on, position_s=at_s))


class Screen:
    """One screen, and what it was told to do since it was asked last."""

    def __init__(self, seen: Room) -> None:
        self.parts = inside(seen, "ben")
        self.effects: list[Effect] = []
        self.update()

    def tell(self, event: Any) -> list[Effect]:
        effects = self.parts.subtitling.handlers()[type(event)](event, NOW)
        return [*effects, *self.update()]

    def update(self) -> list[Effect]:
        return self.parts.subtitling.update(NOW)

    def change(self, seen: Room) -> list[Effect]:
        self.parts.company.ready(Ready(seen, "ben", "epoch"), 100.0)
        self.parts.exchange.room_changed(seen, "ben", NOW)
        return self.update()

    def hold(self, *found: Written) -> list[Effect]:
        """The bytes of these subtitles are here."""
        for one in found:
            bits = bytes([0x80])
            tell = self.parts.exchange.swarm.keeping.store_opened
            tell(one.subtitle.film_id, one.manifest.encode(), bits, NOW)
        return self.update()

    def read(self, found: Written, raw: tuple[tuple[int, int, str], ...] = RAW) -> list[Effect]:
        """They are fetched and parsed."""
        self.tell(ev.SubtitleFetched(found.subtitle.film_id, found.data))
        return self.tell(ev.SubtitleParsed(found.subtitle.film_id, raw))

    @property
    def seen(self) -> Subtitles:
        return self.parts.subtitling.picture()

    @property
    def notice(self) -> Notice | None:
        return self.parts.told.notice(NOW)


def cues(effects: list[Effect]) -> list[tuple[Cue, ...]]:
    return [effect.cues for effect in effects if isinstance(effect, ShowCues)]


def reading() -> Screen:
    """English is shown, German is here."""
    screen = Screen(showing(ENGLISH.subtitle, GERMAN.subtitle))
    screen.hold(ENGLISH, GERMAN)
    screen.read(ENGLISH)
    return screen


def test_what_goes_with_the_film_is_fetched_parsed_and_shown() -> None:
    screen = Screen(showing(ENGLISH.subtitle))
    film_id = ENGLISH.subtitle.film_id
    assert screen.update() == []  # nothing of it is here
    assert [line.reading for line in screen.seen.lines] == [Reading.COMING]
    assert screen.hold(ENGLISH) == [FetchSubtitle(film_id, 1)]
    assert screen.update() == []
    fetched = screen.tell(ev.SubtitleFetched(film_id, ENGLISH.data))
    assert fetched == [ParseSubtitle(film_id, ENGLISH.text, ENGLISH.subtitle.format)]
    shown = screen.tell(ev.SubtitleParsed(film_id, RAW))
    assert cues(shown) == [(Cue(0, 1000, 2000, "Good evening"), Cue(1, 3000, 4000, "Take a seat"))]
    assert screen.update() == []
    assert (screen.seen.shown, screen.seen.lines[0].reading) == (film_id, Reading.HERE)


def test_further_on_in_the_film_other_cues_are_due() -> None:
    screen = reading()
    later = showing(ENGLISH.subtitle, GERMAN.subtitle, at_s=4 * PAGE_MS / 1000)
    assert cues(screen.change(later)) == [(Cue(2, 4 * PAGE_MS, 4 * PAGE_MS + 500, "The end"),)]


def test_each_person_switches_them() -> None:
    screen = reading()
    off = screen.tell(ev.SubtitlePicked(""))
    assert off == [RememberSubtitles(ev.SubtitleChoice("")), ShowCues(())]
    assert screen.seen.shown is None
    german = GERMAN.subtitle.film_id
    picked = screen.tell(ev.SubtitlePicked(german))
    assert picked == [RememberSubtitles(ev.SubtitleChoice(german, "de")), FetchSubtitle(german, 1)]
    assert len(cues(screen.read(GERMAN))) == 1
    back = screen.tell(ev.SubtitlePicked(ENGLISH.subtitle.film_id))
    assert [type(effect) for effect in back] == [RememberSubtitles, ShowCues]  # read once, never again
    assert screen.tell(ev.SubtitlePicked(ENGLISH.subtitle.film_id)) == []
    assert screen.tell(ev.SubtitlePicked("no such thing")) == []


def test_a_shift_moves_what_is_shown_and_belongs_to_it() -> None:
    screen = reading()
    effects = [screen.tell(ev.SubtitlesShifted(50)) for _ in range(3)][-1]
    english, german = ENGLISH.subtitle.film_id, GERMAN.subtitle.film_id
    assert effects[0] == RememberSubtitles(ev.SubtitleChoice(shifts=((english, 150),)))
    assert [(cue.start_ms, cue.end_ms) for cue in cues(effects)[0]] == [(1150, 2150), (3150, 4150)]
    assert screen.seen.shift_ms == 150
    screen.tell(ev.SubtitlePicked(german))
    assert screen.seen.shift_ms == 0
    screen.tell(ev.SubtitlesShifted(-50))
    assert screen.seen.shift_ms == -50
    screen.tell(ev.SubtitlePicked(english))
    assert screen.seen.shift_ms == 150


def test_without_subtitles_nothing_is_shifted() -> None:
    screen = Screen(showing())
    assert screen.tell(ev.SubtitlesShifted(50)) == []
    assert screen.seen == Subtitles()


def test_so_many_shifts_are_remembered_and_no_more() -> None:
    screen = reading()
    many = tuple((f"{number:064x}", 50) for number in range(MAX_SHIFTS))
    screen.tell(ev.SubtitlesRecalled(ev.SubtitleChoice(shifts=many)))
    screen.tell(ev.SubtitlesShifted(50))
    assert len(screen.parts.subtitling._choice.shifts) == MAX_SHIFTS
    assert screen.seen.shift_ms == 50


def test_the_size_is_one_of_three() -> None:
    screen = reading()
    assert screen.tell(ev.SubtitleSizePicked("large")) == [RememberSubtitles(ev.SubtitleChoice(size="large"))]
    assert screen.tell(ev.SubtitleSizePicked("huge")) == []
    assert screen.seen.size == "large"


def test_after_a_reload_it_is_as_it_was() -> None:
    screen = reading()
    recalled = ev.SubtitleChoice("", "de", "small")
    assert screen.tell(ev.SubtitlesRecalled(recalled)) == [ShowCues(())]
    assert (screen.seen.shown, screen.seen.size) == (None, "small")


def test_the_next_films_are_read_in_the_same_language() -> None:
    screen = Screen(showing(ENGLISH.subtitle, GERMAN.subtitle, then=(ENGLISH.subtitle, OTHER.subtitle)))
    screen.tell(ev.SubtitlePicked(GERMAN.subtitle.film_id))
    screen.change(showing(ENGLISH.subtitle, GERMAN.subtitle, then=(ENGLISH.subtitle, OTHER.subtitle), on="two"))
    assert screen.seen.shown == OTHER.subtitle.film_id


def test_subtitles_that_are_taken_off_go_from_the_screen() -> None:
    screen = reading()
    assert screen.change(showing()) == [ShowCues(())]
    assert screen.seen == Subtitles()


def test_in_no_room_there_is_nothing_to_read() -> None:
    screen = reading()
    screen.parts.company.clear()
    assert screen.update() == [ShowCues(())]
    assert screen.seen == Subtitles()


@pytest.mark.parametrize("data", [b"\0\1\2", b"-->" * (MAX_CUES + 1)])
def test_what_a_stranger_sent_and_is_no_text_is_told_of(data: bytes) -> None:
    screen = reading()
    german = GERMAN.subtitle.film_id
    screen.tell(ev.SubtitlePicked(german))
    assert cues(screen.tell(ev.SubtitleFetched(german, data))) == []
    assert screen.notice == Notice(Trouble.NOT_SUBTITLES, "A.de.srt")
    assert screen.seen.lines[1].reading is Reading.BROKEN
    assert screen.update() == []


def test_text_without_cues_is_told_of() -> None:
    screen = Screen(showing(ENGLISH.subtitle))
    screen.hold(ENGLISH)
    assert screen.read(ENGLISH, ((1000, 2000, " "),)) == []
    assert screen.notice == Notice(Trouble.NOT_SUBTITLES, "A.en.srt")


def test_a_piece_that_cannot_be_read_is_fetched_again() -> None:
    screen = Screen(showing(ENGLISH.subtitle))
    screen.hold(ENGLISH)
    again = screen.tell(ev.SubtitleFetched(ENGLISH.subtitle.film_id, None))
    assert again == [FetchSubtitle(ENGLISH.subtitle.film_id, 1)]


def test_a_parser_that_did_not_arrive_is_told_of_and_tried_again() -> None:
    screen = Screen(showing(ENGLISH.subtitle))
    screen.hold(ENGLISH)
    film_id = ENGLISH.subtitle.film_id
    screen.tell(ev.SubtitleFetched(film_id, ENGLISH.data))
    assert screen.tell(ev.SubtitleUnparsed(film_id, lack=True)) == []
    assert screen.notice == Notice(Trouble.SUBTITLES_LACK, "A.en.srt")
    screen.parts.subtitling.retry()
    assert screen.notice is None
    assert screen.update() == [FetchSubtitle(film_id, 1)]
    screen.parts.subtitling.retry()
    assert screen.update() == []


def chosen(screen: Screen) -> None:
    """Ben chose a subtitle file, which is being parsed."""
    size = len(ENGLISH.data)
    screen.parts.exchange.preparation.chosen(ev.FilmChosen("file", "A.en.srt", size, ""), NOW)
    screen.parts.exchange.preparation.peeked(ev.FilePeeked("file", "A.en.srt", size, ENGLISH.data), NOW)


@pytest.mark.parametrize("lack", [True, False])
def test_our_own_are_shared_if_they_can_be_read_or_nobody_can_tell(lack: bool) -> None:
    screen = Screen(showing())
    chosen(screen)
    film_id = ENGLISH.subtitle.film_id
    screen.tell(ev.SubtitleUnparsed(film_id, lack=True) if lack else ev.SubtitleParsed(film_id, RAW))
    assert [subtitle for _, subtitle in screen.parts.exchange.words] == [ENGLISH.subtitle]


def test_our_own_are_not_shared_if_they_cannot_be_read() -> None:
    screen = Screen(showing())
    chosen(screen)
    screen.tell(ev.SubtitleUnparsed(ENGLISH.subtitle.film_id))
    assert not screen.parts.exchange.words
    assert screen.notice == Notice(Trouble.NOT_SUBTITLES, "A.en.srt")
