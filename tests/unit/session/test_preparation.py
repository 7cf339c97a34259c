"""Files on their way to becoming films."""

from dataclasses import replace

import pytest

from app.playback.cues import MAX_CUES
from app.playback.timeline import MAX_POSITION_S
from app.room.bounds import MAX_FILE_NAME, MAX_FILM_BYTES, MAX_SUBTITLE_BYTES
from app.room.state import SubtitleFormat
from app.session import events as ev
from app.session.effects import ParseSubtitle, PeekFile, PrepareFilm
from app.session.picture import Notice, Preparing, Trouble
from app.session.preparation import Preparation, film_of
from app.swarm.container import HEAD_BYTES
from app.swarm.manifest import Manifest

MP4 = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2"


def chosen(name: str = "A.mp4", size: int = 1000) -> ev.FilmChosen:
    return ev.FilmChosen(f"file {name}", name, size, "")


def test_a_film_is_looked_at_then_hashed() -> None:
    of = Preparation()
    assert of.chosen(chosen(), 0.0) == [PeekFile("file A.mp4", "A.mp4", 1000, HEAD_BYTES)]
    assert of.current == Preparing("A.mp4", 0, 1000)
    peeked = ev.FilePeeked("file A.mp4", "A.mp4", 1000, MP4)
    assert of.peeked(peeked, 0.0) == [PeekFile("file A.mp4", "A.mp4", 1000, 976, at=24)]
    rest = ev.FilePeeked("file A.mp4", "A.mp4", 1000, bytes(976))
    assert of.peeked(rest, 0.0) == [PrepareFilm("file A.mp4", "A.mp4", 1000, "video/mp4", 1024 * 1024)]
    of.progressed(ev.PrepareProgressed(400), 0.0)
    assert of.current == Preparing("A.mp4", 400, 1000)
    assert of.next(0.0) == []
    assert of.current is None
    of.progressed(ev.PrepareProgressed(500), 0.0)
    assert of.current is None


@pytest.mark.parametrize(("size", "trouble"), [(0, Trouble.EMPTY_FILE), (MAX_FILM_BYTES + 1, Trouble.TOO_LARGE)])
def test_sizes_that_cannot_be(size: int, trouble: Trouble) -> None:
    of = Preparation()
    assert of.chosen(chosen(size=size), 0.0) == []
    assert of.notice == Notice(trouble, "A.mp4")
    assert of.current is None


def test_what_is_no_film_makes_way_for_the_next() -> None:
    of = Preparation()
    of.chosen(chosen("Notes.mp4"), 0.0)
    assert of.chosen(chosen("B.mp4"), 0.0) == []
    effects = of.peeked(ev.FilePeeked("file Notes.mp4", "Notes.mp4", 1000, b"Dear diary"), 0.0)
    assert effects == [PeekFile("file B.mp4", "B.mp4", 1000, HEAD_BYTES)]
    assert of.notice == Notice(Trouble.NOT_A_FILM, "Notes.mp4")
    assert of.current == Preparing("B.mp4", 0, 1000)


@pytest.mark.parametrize(("name", "trouble"), [("Films", Trouble.FOLDER), ("", Trouble.NO_FILE)])
def test_what_is_dropped_and_is_no_file(name: str, trouble: Trouble) -> None:
    of = Preparation()
    assert of.unusable(ev.UnusableDropped(name), 0.0) == []
    assert of.notice == Notice(trouble, name)


def test_of_several_files_each_that_is_left_out_is_named() -> None:
    of = Preparation()
    of.unusable(ev.UnusableDropped("Films"), 0.0)
    of.chosen(replace(chosen("Empty.mp4", 0), follows=True), 0.0)
    of.chosen(replace(chosen("Notes.mp4"), follows=True), 0.0)
    of.chosen(replace(chosen("B.mp4"), follows=True), 0.0)
    assert of.notice == Notice(Trouble.SEVERAL_FILES, names=("Films", "Empty.mp4"))
    of.failed(ev.PrepareFailed("Notes.mp4", Trouble.NOT_A_FILM), 0.0)
    assert of.notice == Notice(Trouble.SEVERAL_FILES, names=("Films", "Empty.mp4", "Notes.mp4"))
    of.notice = None  # it was read
    of.failed(ev.PrepareFailed("B.mp4", Trouble.CANNOT_PLAY), 0.0)
    assert of.notice == Notice(Trouble.CANNOT_PLAY, "B.mp4")


def test_who_chooses_again_has_read_what_was_told() -> None:
    of = Preparation()
    of.chosen(chosen("Empty.mp4", 0), 0.0)
    of.chosen(chosen("Empty.mp4", 0), 0.0)
    assert of.notice == Notice(Trouble.EMPTY_FILE, "Empty.mp4")
    of.unusable(ev.UnusableDropped("Films"), 0.0)
    assert of.notice == Notice(Trouble.FOLDER, "Films")
    of.chosen(chosen(), 0.0)
    assert of.notice is None


def test_events_and_handlers() -> None:
    kinds = {ev.FilmChosen, ev.UnusableDropped, ev.FilePeeked, ev.PrepareProgressed, ev.PrepareFailed}
    assert set(Preparation().handlers()) == kinds | {ev.NothingArrived}


def test_what_got_lost_between_programs_is_told() -> None:
    of = Preparation()
    of.unusable(ev.UnusableDropped("Films"), 0.0)
    assert of.nothing_arrived(ev.NothingArrived(), 0.0) == []
    assert of.notice == Notice(Trouble.NOT_ARRIVED)


def test_what_is_given_up_is_not_heard_of_again() -> None:
    of = Preparation()
    of.chosen(chosen(), 0.0)
    of.chosen(chosen("B.mp4"), 0.0)
    of.give_up()
    assert of.current is None
    assert of.peeked(ev.FilePeeked("file A.mp4", "A.mp4", 1000, b"text"), 0.0) == []
    assert of.failed(ev.PrepareFailed("A.mp4", "unreadable_file"), 0.0) == []
    assert of.notice is None
    assert of.is_given_up("A.mp4")
    assert not of.is_given_up("B.mp4")
    of.give_up()
    assert of.is_given_up("A.mp4")


def test_a_file_that_was_given_up_may_be_chosen_again() -> None:
    of = Preparation()
    of.give_up()
    assert not of.is_given_up("A.mp4")
    of.chosen(chosen(), 0.0)
    of.give_up()
    of.chosen(chosen(), 0.0)
    assert not of.is_given_up("A.mp4")
    of.next(0.0)
    assert not of.is_given_up("A.mp4")


@pytest.mark.parametrize(
    ("duration_s", "told"), [(90.0, 90.0), (None, None), (MAX_POSITION_S, MAX_POSITION_S), (MAX_POSITION_S + 1, None)]
)
def test_a_film_is_told_as_far_as_a_room_takes_it(duration_s: float | None, told: float | None) -> None:
    hashes = bytes(32)
    prepared = ev.FilmPrepared("file", "A" * 400, 1000, "video/mp4", 1024 * 1024, hashes, duration_s)
    film, manifest = film_of(prepared)
    assert manifest == Manifest(1000, 1024 * 1024, hashes)
    assert (film.film_id, film.size, film.mime) == (manifest.film_id, 1000, "video/mp4")
    assert film.name == "A" * MAX_FILE_NAME
    assert film.duration_s == told


SRT = b"1\n00:00:01,000 --> 00:00:02,000\nGood evening\n"


def peeked_words(of: Preparation, data: bytes = SRT, name: str = "A.en.srt") -> list[object]:
    of.chosen(chosen(name, len(data)), 0.0)
    return list(of.peeked(ev.FilePeeked(f"file {name}", name, len(data), data), 0.0))


def test_subtitles_are_read_whole_and_parsed_before_they_are_shared() -> None:
    of = Preparation()
    assert of.chosen(chosen("A.en.srt", len(SRT)), 0.0) == [PeekFile("file A.en.srt", "A.en.srt", len(SRT), len(SRT))]
    (parse,) = of.peeked(ev.FilePeeked("file A.en.srt", "A.en.srt", len(SRT), SRT), 0.0)
    assert isinstance(parse, ParseSubtitle)
    assert (parse.text, parse.format) == (SRT.decode(), SubtitleFormat.SRT)
    assert of.parsed("another") is None
    found = of.parsed(parse.film_id)
    assert found is not None
    assert (found.subtitle.name, found.subtitle.language, found.data) == ("A.en.srt", "en", SRT)
    assert of.parsed(parse.film_id) is None


def test_a_film_under_a_subtitles_name_is_a_film() -> None:
    assert [type(effect) for effect in peeked_words(Preparation(), MP4)] == [PrepareFilm]


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"\0\1\2\3", Trouble.NOT_SUBTITLES),
        (b"-->" * (MAX_CUES + 1), Trouble.SUBTITLES_TOO_LARGE),
    ],
)
def test_what_cannot_be_subtitles_is_told_of(data: bytes, trouble: Trouble) -> None:
    of = Preparation()
    assert peeked_words(of, data) == []
    assert of.notice == Notice(trouble, "A.en.srt")
    assert of.current is None


def test_subtitles_have_a_smaller_size_to_keep_to() -> None:
    of = Preparation()
    assert of.chosen(chosen("A.srt", MAX_SUBTITLE_BYTES + 1), 0.0) == []
    assert of.notice == Notice(Trouble.SUBTITLES_TOO_LARGE, "A.srt")


def test_text_without_a_cue_makes_way_for_the_next() -> None:
    of = Preparation()
    (parse,) = peeked_words(of)
    assert isinstance(parse, ParseSubtitle)
    of.chosen(chosen("B.mp4"), 0.0)
    assert of.unparsed("another", 0.0) == []
    assert of.unparsed(parse.film_id, 0.0) == [PeekFile("file B.mp4", "B.mp4", 1000, HEAD_BYTES)]
    assert of.notice == Notice(Trouble.NOT_SUBTITLES, "A.en.srt")
    of.give_up()
    assert of.unparsed(parse.film_id, 0.0) == []


def test_what_came_together_has_one_number() -> None:
    of = Preparation()
    of.chosen(chosen("A.mp4"), 0.0)
    first, second = chosen("B.mp4"), chosen("C.mp4")
    of.chosen(replace(first, follows=True), 0.0)
    of.chosen(second, 0.0)
    numbers = [of.drop]
    for _ in range(2):
        of.next(0.0)
        numbers.append(of.drop)
    assert numbers[0] == numbers[1] != numbers[2]


def test_it_is_known_whether_a_file_was_taken() -> None:
    of = Preparation()
    in_work, waiting, refused = chosen("A.mp4"), chosen("B.mp4"), chosen("C.mp4", 0)
    for event in (in_work, waiting, refused):
        of.chosen(event, 0.0)
    assert [of.takes(event) for event in (in_work, waiting, refused)] == [True, True, False]


def test_a_sample_tells_that_the_room_has_the_film() -> None:
    of = Preparation()
    of.recognised(1000)
    of.chosen(chosen(), 0.0)
    of.recognised(999)
    assert of.current == Preparing("A.mp4", 0, 1000)
    of.recognised(1000)
    assert of.current == Preparing("A.mp4", 0, 1000, known=True)


def test_a_browser_that_lacks_something_says_what() -> None:
    of = Preparation()
    of.chosen(chosen(), 0.0)
    of.failed(ev.PrepareFailed("secure_context", Trouble.OLD_BROWSER), 0.0)
    assert of.notice == Notice(Trouble.OLD_BROWSER, "secure_context")
