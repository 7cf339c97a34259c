"""Subtitles travel like films, are read by everybody, and are each person's own to switch, size and shift."""

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import PICTURES, OpenProfile
from tests.e2e.test_drops import drop
from tests.e2e.test_manners import assert_accessible
from tests.support import films as film_shop
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.people import CUT_OFF_FROM, Person, person

CUES = [(0.0, 4.0, "Good evening & <i>welcome</i>."), (4.0, 9.0, "Take a <b>seat</b>")]
PLAIN = [(0.0, 4.0, "Good evening."), (4.0, 9.0, r"Take a {\b1}seat")]
_ACTIVE = """[...document.getElementById("film").textTracks].flatMap(
  (track) => (track.mode === "showing" ? [...(track.activeCues ?? [])] : [])
)"""
_WORDS = f"{_ACTIVE}.map((cue) => cue.getCueAsHTML().textContent).join('|')"
_STARTS = f"{_ACTIVE}.map((cue) => Math.round(cue.startTime * 1000)).join('|')"
# Who asks for the parser first hears nothing of it until `unanswered` is called.
SILENT_ONCE = """{
  globalThis.unanswered = undefined;
  const ask = globalThis.fetch;
  globalThis.fetch = (what, ...more) => !unanswered && String(what.url ?? what).includes("/pysubs2")
    ? new Promise((_, refuse) => (unanswered = () => refuse(new TypeError("Failed to fetch")))) : ask(what, ...more);
}"""
# Whether the words were away in any frame that was drawn from now on.
_WATCH = f"""() => {{
  globalThis.wentAway = false;
  const look = () => {{ globalThis.wentAway ||= {_WORDS} === ""; requestAnimationFrame(look); }};
  look();
}}"""


async def until_reads(one: Person[Any], words: str) -> None:
    """Wait until these words, and no others, are on the film."""
    await one.until(f"{_WORDS} === {json.dumps(words)}")


async def two_in_front_of(film: Path, profile: OpenProfile, server: LiveServer) -> tuple[Person, Person]:
    """Anna has put the film on, and Bo has come; both stand in its second second."""
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    link = await anna.start_room(server.url, bo)
    await anna.choose(film)
    await asyncio.gather(bo.join(link), anna.until_showing())
    await bo.until_complete()
    await anna.seek(2.0)
    return anna, bo


async def open_menu(one: Person) -> None:
    """The subtitles' menu, with the controls in sight."""
    await one.page.locator("#stage").hover()
    await one.page.click("#subtitles")
    await expect(one.page.locator("#subtitle-menu")).to_be_visible()


async def test_dropped_with_a_film_they_are_read_by_everyone_and_those_who_come_later(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    anna, bo, cy = await asyncio.gather(*(person(profile, name) for name in ("Anna", "Bo", "Cy")))
    words = film_shop.srt(tmp_path, "Trailer.en.srt", CUES)
    await anna.open(server.url)
    await drop(anna, [words, films["short"].path])
    link = await anna.invite()
    await bo.join(link)
    await asyncio.gather(anna.until_showing(), bo.until_showing())
    await bo.seek(2.0)
    await asyncio.gather(*(until_reads(one, "Good evening & welcome.") for one in (anna, bo)))
    await cy.join(link)
    await cy.until_showing()
    await bo.seek(5.0)
    await asyncio.gather(*(until_reads(one, "Take a seat") for one in (anna, bo, cy)))
    # Who dropped the file has it in the store, so a reload does not lose it, and neither does the choice.
    await open_menu(bo)
    await bo.page.click("#subtitle-off")
    await until_reads(bo, "")
    await asyncio.gather(anna.page.reload(), bo.page.reload())
    await bo.until_showing()
    await bo.seek(3.0)
    await expect(bo.page.locator("#subtitle-off")).to_have_attribute("aria-pressed", "true")
    await asyncio.gather(until_reads(cy, "Good evening & welcome."), until_reads(bo, ""))
    await anna.choose(films["short"].path)
    await anna.until_showing()
    await until_reads(anna, "Good evening & welcome.")


async def test_each_person_switches_sizes_and_shifts_their_own(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    anna, bo = await two_in_front_of(films["short"].path, profile, server)
    await anna.choose(film_shop.srt(tmp_path, "Trailer.en.srt", CUES))
    await asyncio.gather(*(until_reads(one, "Good evening & welcome.") for one in (anna, bo)))
    await bo.page.locator("#stage").hover()
    await bo.picture(PICTURES / "subtitles.png")

    await anna.seek(4.4)
    await asyncio.gather(*(until_reads(one, "Take a seat") for one in (anna, bo)))
    await bo.page.evaluate(_WATCH)
    for _ in range(3):
        await bo.page.keyboard.press("x")
    await bo.until(f"{_STARTS} === '4150'")
    await open_menu(bo)
    await expect(bo.page.locator("#subtitle-shift")).to_have_text("+150 ms")
    await bo.page.click("#subtitles-earlier")
    await bo.until(f"{_STARTS} === '4100'")
    assert not await bo.page.evaluate("wentAway")
    assert await anna.page.evaluate(_STARTS) == "4000"

    await bo.page.click("#subtitle-large")
    await expect(bo.page.locator("#film")).to_have_attribute("data-words", "large")
    await assert_accessible(bo)
    await bo.picture(PICTURES / "subtitles-menu.png")
    await bo.page.click("#subtitle-off")
    await until_reads(bo, "")
    await until_reads(anna, "Take a seat")
    await bo.page.click("#subtitle-list [data-do=pick-subtitle]")
    await until_reads(bo, "Take a seat")
    await bo.page.keyboard.press("Escape")
    await expect(bo.page.locator("#subtitle-menu")).to_be_hidden()

    await bo.page.set_viewport_size({"width": 390, "height": 844})
    await open_menu(bo)
    await assert_accessible(bo)
    await bo.picture(PICTURES / "subtitles-phone.png")
    await bo.page.click("#subtitle-list [data-do=remove-subtitle]")
    await asyncio.gather(*(until_reads(one, "") for one in (anna, bo)))
    await anna.until_shown("Bo took “Trailer.en.srt” off the film")


@pytest.mark.parametrize("write", [film_shop.ass, film_shop.vtt], ids=["ass", "vtt"])
async def test_every_format_is_read(
    write: Callable[[Path, str, film_shop.Cues], Path],
    profile: OpenProfile,
    server: LiveServer,
    films: Mapping[str, Film],
    tmp_path: Path,
) -> None:
    anna, bo = await two_in_front_of(films["short"].path, profile, server)
    ending = write.__name__
    await bo.choose(write(tmp_path, f"Trailer.de.{ending}", PLAIN))
    await anna.until_shown("Bo added subtitles")
    await asyncio.gather(*(until_reads(one, "Good evening.") for one in (anna, bo)))
    await anna.seek(6.0)
    await asyncio.gather(*(until_reads(one, "Take a seat") for one in (anna, bo)))
    await open_menu(anna)
    await anna.until_shown("German")


async def test_what_cannot_be_read_is_told_of_and_nothing_is_lost(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    anna = await person(profile, "Anna")
    await anna.start_room(server.url)
    words = film_shop.srt(tmp_path, "Trailer.srt", CUES, "cp1252")
    await anna.choose(words)
    await anna.until_shown("“Trailer.srt” goes with a film")
    await anna.choose(films["short"].path)
    await anna.until_showing()
    await anna.seek(2.0)
    for name, data in {"Noise.srt": bytes(range(256)) * 40, "Prose.srt": b"Once upon a time.\n" * 40}.items():
        (tmp_path / name).write_bytes(data)
        await anna.choose(tmp_path / name)
        await anna.until_shown(f"“{name}” could not be read as subtitles.")
    await anna.choose(words)
    await until_reads(anna, "Good evening & welcome.")
    await anna.choose(words)
    await anna.until_shown("“Trailer.srt” goes with this film already.")
    await expect(anna.page.locator("#subtitle-list li")).to_have_count(1)


async def test_without_the_parser_the_film_plays_on(
    profile: OpenProfile, profiles: Profiles, server: LiveServer, films: Mapping[str, Film], tmp_path: Path
) -> None:
    profiles.guard.allow("503|micropip|pysubs2|Failed to fetch")  # which is what this test is about
    anna = await person(profile, "Anna")
    for script in (CUT_OFF_FROM % ".whl", SILENT_ONCE):
        await anna.page.add_init_script(script)
    await anna.start_room(server.url)
    await anna.page.evaluate("cutOff = false")
    await anna.choose(film_shop.srt(tmp_path, "Trailer.srt", CUES))
    await anna.until("Boolean(globalThis.unanswered)")
    await anna.page.evaluate("cutOff = true")
    await anna.choose(films["short"].path)
    await anna.until_shown("Preparing “Trailer”")
    await anna.until_showing()
    await anna.page.evaluate("unanswered()")
    await anna.until_shown("The part of this page that reads subtitles did not arrive.")
    await anna.press_play_or_pause()
    await anna.until_playing_past(0.3)
    await anna.press_play_or_pause()
    await anna.until_paused()
    await anna.page.evaluate("cutOff = false")
    await anna.page.click("#notice-step")
    await anna.seek(2.0)
    await until_reads(anna, "Good evening & welcome.")
