"""Two who do not know what to watch: they rate three films each, vote on the same cards, agree, and the film plays."""

import asyncio
import json
from collections.abc import Mapping

from playwright.async_api import Locator, Route, expect

from tests.e2e.conftest import PICTURES, OpenProfile
from tests.e2e.test_manners import assert_accessible
from tests.support.browsers import LiveServer, Profiles
from tests.support.films import Film
from tests.support.people import CUT_OFF_FROM, Person, person


def button(one: Person, name: str) -> Locator:
    """A button by the whole of its name."""
    return one.page.get_by_role("button", name=name, exact=True)


async def rate(one: Person, query: str, verdict: str, title: str) -> None:
    """Look a film up and say what one thinks of it."""
    await one.page.get_by_label("Which films do you know?").fill(query)
    known = one.page.get_by_role("button", name=f"{verdict} {title}, ").first
    await known.click()
    await expect(known).to_have_attribute("aria-pressed", "true")


async def rate_while_the_list_changes(one: Person, query: str, verdict: str, title: str) -> None:
    """The answer to a search comes while a finger is on a film that it moves elsewhere: the click counts."""
    may_answer = asyncio.Event()

    async def answer_late(route: Route) -> None:
        await may_answer.wait()
        await route.continue_()

    await one.page.route("**/catalogue?q=*", answer_late)
    await one.page.get_by_label("Which films do you know?").fill(query)
    known = one.page.get_by_role("button", name=f"{verdict} {title}, ").first
    await known.hover()
    await one.page.mouse.down()
    async with one.page.expect_response("**/catalogue?q=*") as answered:
        may_answer.set()
    await (await answered.value).finished()
    await one.page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    await one.page.mouse.up()
    await expect(known).to_have_attribute("aria-pressed", "true")
    await one.until_shown(f"What “{query}” may be")
    await expect(known).to_have_attribute("aria-pressed", "true")
    await one.page.unroute("**/catalogue?q=*")


async def card(one: Person) -> str:
    """The title that is up."""
    return (await one.page.locator("#choosing-title").text_content()) or ""


async def both_skip(anna: Person, bo: Person) -> str:
    """Skip the card that is up; its title."""
    title = await card(anna)
    place = await anna.page.locator("#card-poster-top").text_content()
    await asyncio.gather(*(button(one, "Skip").click() for one in (anna, bo)))
    for one in (anna, bo):
        await one.until(f"document.getElementById('card-poster-top').textContent !== {place!r}"
                        " || !document.getElementById('spent').hidden")  # fmt: skip
    return title


async def test_two_find_a_film_together_and_watch_it(
    profile: OpenProfile, server: LiveServer, films: Mapping[str, Film]
) -> None:
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo"))
    await bo.join(await anna.start_room(server.url))
    await anna.picture(PICTURES / "choose-lobby.png")
    await button(anna, "Find something together").click()
    await anna.until_shown("Some films most people know")
    await bo.until_shown("Three films tell enough")
    await expect(button(anna, "3 more, and you are in")).to_be_disabled()
    await rate(anna, "THE godfahter", "Loved", "The Godfather")
    await rate(anna, "amélie", "Liked", "Amelie")
    await rate(anna, "titanic", "Hated", "Titanic")
    await anna.picture(PICTURES / "choose-rating.png")
    await assert_accessible(anna)
    await button(anna, "That will do").click()
    await anna.until_shown("Waiting for Bo to rate three films")
    await anna.picture(PICTURES / "choose-waiting.png")
    await rate_while_the_list_changes(bo, "The Matrix", "Loved", "The Matrix")
    for title in ("Alien", "Toy Story"):
        await rate(bo, title, "Loved", title)
    await button(bo, "That will do").click()
    await asyncio.gather(*(one.until_shown("1 of 15") for one in (anna, bo)))
    first = await card(anna)
    assert await card(bo) == first
    await assert_accessible(anna)
    await anna.picture(PICTURES / "choose-card.png")

    # They do not agree, see it, and then they do.
    await button(anna, "Skip").click()
    await bo.until_shown("wants to skip")
    await button(bo, "Watch it").click()
    await anna.until_shown("You do not agree on this one")
    await bo.picture(PICTURES / "choose-mixed.png")
    await assert_accessible(bo)
    await bo.come_again()
    await bo.is_in()
    await bo.until_shown("You do not agree on this one")
    assert await card(bo) == first
    await button(bo, "Skip").click()
    await asyncio.gather(*(one.until_shown("2 of 15") for one in (anna, bo)))
    await button(bo, "One card back").click()
    await asyncio.gather(*(one.until_shown("1 of 15") for one in (anna, bo)))
    assert await card(anna) == first

    seen = [await both_skip(anna, bo) for _ in range(15)]
    assert len(set(seen)) == 15
    await anna.until_shown("The next fifteen learn from it")
    await anna.picture(PICTURES / "choose-spent.png")
    await button(bo, "Fifteen more").click()
    await asyncio.gather(*(one.until_shown("1 of 15") for one in (anna, bo)))
    assert await card(anna) not in seen
    await asyncio.gather(*(button(one, "Watch it").click() for one in (anna, bo)))
    await asyncio.gather(*(one.until_shown("You’re watching") for one in (anna, bo)))
    await anna.picture(PICTURES / "choose-match.png")
    await assert_accessible(bo)
    await button(bo, "Find another").click()
    await asyncio.gather(*(one.until_shown("2 of 15") for one in (anna, bo)))
    await asyncio.gather(*(button(one, "Watch it").click() for one in (anna, bo)))
    await anna.until_shown("I have the file")
    await anna.page.get_by_label("I have the file").set_input_files(films["short"].path)
    await asyncio.gather(*(one.until_showing() for one in (anna, bo)))
    await bo.until_complete()
    await anna.press_play_or_pause()
    await asyncio.gather(*(one.until_playing_past(0.2) for one in (anna, bo)))

    # Both have a taste by now, so the cards come at once, and the film stays in sight.
    await anna.press_play_or_pause()
    await asyncio.gather(*(one.until_paused() for one in (anna, bo)))
    await button(bo, "Find something together").click()
    await asyncio.gather(*(one.until_shown("1 of 15") for one in (anna, bo)))
    await expect(bo.page.locator("#film")).to_be_visible()
    await bo.page.screenshot(path=PICTURES / "choose-beside.png", full_page=True)


async def test_who_wants_no_part_steps_out_and_may_come_back_and_the_host_ends_it(
    profile: OpenProfile, server: LiveServer
) -> None:
    anna, bo = await asyncio.gather(person(profile, "Anna"), person(profile, "Bo", viewport=(390, 844)))
    await bo.join(await anna.start_room(server.url))
    await button(anna, "Find something together").click()
    for one in (anna, bo):
        await one.until_shown("Three films tell enough")
    await button(bo, "Not now").click()
    await bo.until_shown("Back to choosing")
    for title in ("Alien", "Toy Story", "Fargo"):
        await rate(anna, title, "Liked", title)
    await button(anna, "That will do").click()
    await anna.until_shown("1 of 15")
    await button(bo, "Back to choosing").click()
    for title in ("Braveheart", "Shrek", "Speed"):
        await rate(bo, title, "Loved", title)
    await bo.picture(PICTURES / "choose-phone-rating.png")
    await button(bo, "That will do").click()
    await bo.until_shown("your turn")
    await assert_accessible(bo)
    await bo.page.screenshot(path=PICTURES / "choose-phone-card.png", full_page=True)
    await anna.page.get_by_label("Genre").select_option("Western")
    await bo.until("document.getElementById('card-kinds').textContent.includes('Western')")
    await button(anna, "Stop choosing").click()
    for one in (anna, bo):
        await one.until_shown("Find something together")
        await expect(one.page.locator("#choosing")).to_be_hidden()


async def with_taste(one: Person, url: str, *films: tuple[int, str]) -> None:
    """Somebody who has rated films before, this evening: what their tab remembers."""
    await one.page.goto(f"{url}/icon.svg")
    rated = json.dumps([(number, title, 1990, "loved") for number, title in films])
    await one.page.evaluate("rated => sessionStorage.setItem('matinee.taste', rated)", rated)


async def test_four_vote_by_majority_and_lot_some_go_and_the_rest_watch(
    profile: OpenProfile, profiles: Profiles, server: LiveServer, films: Mapping[str, Film]
) -> None:
    profiles.guard.allow("status of 404")  # a picture by itself has no icon, and the browser asks for one
    anna, bo, cy, di = four = await asyncio.gather(*(person(profile, name) for name in ("Anna", "Bo", "Cy", "Di")))
    space, crime = (
        ((260, "Star Wars"), (1196, "Empire"), (2571, "Matrix")),
        ((858, "Godfather"), (296, "Pulp"), (593, "Lambs")),
    )
    await asyncio.gather(
        *(with_taste(one, server.url, *films) for one, films in zip(four, (space, crime, space, crime), strict=True))
    )
    link = await anna.start_room(server.url)
    await asyncio.gather(*(one.join(link) for one in (bo, cy, di)))
    await button(anna, "Find something together").click()
    await asyncio.gather(*(one.until_shown("1 of 15") for one in four))
    first = await card(anna)
    assert [await card(one) for one in four] == [first] * 4

    # Two against two: the host draws lots, and whichever falls, everybody sees the same.
    await asyncio.gather(
        *(button(one, "Watch it").click() for one in (anna, bo)), *(button(one, "Skip").click() for one in (cy, di))
    )
    await asyncio.gather(*(one.until_shown("You do not agree on this one") for one in four))
    await anna.picture(PICTURES / "choose-four.png")
    await button(anna, "Draw lots").click()
    await anna.until("document.getElementById('choosing-title').textContent !== " + json.dumps(first))
    if "You’re watching" in await card(anna):
        await asyncio.gather(*(one.until_shown("You’re watching") for one in four))
        await button(cy, "Find another").click()
    await asyncio.gather(*(one.until_shown("2 of 15") for one in four))

    # Most are enough: the fourth is not waited for. Bo, who loads the page again, is where the others are.
    await anna.page.get_by_label("most are enough").check()
    await asyncio.gather(*(button(one, "Skip").click() for one in (anna, bo, cy)))
    await asyncio.gather(*(one.until_shown("3 of 15") for one in four))
    await button(bo, "Watch it").click()
    await anna.until_shown("wants to watch")
    await bo.come_again()
    await bo.until_shown("3 of 15")

    # Di goes: of three, two are most.
    await button(di, "Leave").click()
    await anna.until("document.querySelectorAll('#wishes .wish').length === 3")
    await button(cy, "Watch it").click()
    left = (anna, bo, cy)
    await asyncio.gather(*(one.until_shown("You’re watching") for one in left))
    await anna.page.get_by_label("I have the file").set_input_files(films["short"].path)
    await asyncio.gather(*(one.until_showing() for one in left))
    await asyncio.gather(*(one.until_complete() for one in (bo, cy)))
    await anna.press_play_or_pause()
    await asyncio.gather(*(one.until_playing_past(0.2) for one in left))

    # The host goes in the middle of the next choosing, and that is its end.
    await button(bo, "Find something together").click()
    await asyncio.gather(*(one.until_shown("1 of 15") for one in left))
    await button(anna, "Leave").click()
    for one in (bo, cy):
        await expect(one.page.locator("#choosing")).to_be_hidden()
        await expect(one.page.locator("#film")).to_be_visible()


async def test_without_a_server_one_chooses_alone_and_watches_the_file_here(
    profile: OpenProfile, profiles: Profiles, server: LiveServer, films: Mapping[str, Film]
) -> None:
    profiles.guard.allow("ERR_FAILED")  # which is what this test is about
    anna = await person(profile, "Anna")
    strangers: list[str] = []
    anna.page.on("request", lambda asked: strangers.append(asked.url) if not _is_own(asked.url, server) else None)
    await anna.page.route("**/api/**", lambda route: route.abort())
    await anna.page.add_init_script(CUT_OFF_FROM % "films.pack")
    await anna.open(server.url)
    await anna.picture(PICTURES / "alone-home.png")
    await button(anna, "Choose a film alone").click()
    await anna.until_shown("The list of films cannot be reached just now")
    await anna.page.evaluate("cutOff = false")
    await rate(anna, "the matirx", "Loved", "The Matrix")
    await rate(anna, "Alien", "Loved", "Alien")
    await rate(anna, "Toy Story", "Hated", "Toy Story")
    await anna.picture(PICTURES / "alone-rating.png")
    await assert_accessible(anna)
    await button(anna, "That will do").click()
    await anna.until_shown("1 of 15")
    first = await card(anna)
    await button(anna, "Skip").click()
    await anna.until_shown("2 of 15")
    assert await card(anna) != first
    await button(anna, "Watch it").click()
    await anna.until_shown("You’re watching")
    await button(anna, "Only this evening").click()
    await expect(anna.page.locator("#keep-taste")).to_be_hidden()
    await anna.page.get_by_label("I have the file").set_input_files(__file__)
    await anna.until_shown("This browser cannot play that file")
    await anna.page.get_by_label("I have the file").set_input_files(films["short"].path)
    await anna.until("document.getElementById('own-film').readyState > 1")
    await expect(anna.page.locator("#own-words")).to_be_empty()
    await assert_accessible(anna)
    await anna.picture(PICTURES / "alone-playing.png")
    await button(anna, "Done").click()
    await expect(anna.page.locator("#home")).to_be_visible()
    assert not strangers
    assert await anna.page.evaluate("localStorage.getItem('matinee.taste') || ''") == ""


def _is_own(url: str, server: LiveServer) -> bool:
    return url.startswith((server.url, "blob:", "data:"))
