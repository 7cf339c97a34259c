"""The Movie Database in all its moods: what it knows of the films of a deck, once, in bounds, from our own origin."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from app.recommend.pack import Film
from app.room.messages import Deal, OfferTaste, OpenBallot
from signalling.lore import AGAIN_AFTER_S, KEPT_S, Lore
from signalling.outside import Outside, OutsideError
from signalling.recommendations import Recommendations
from signalling.tmdb import MOST_OVERVIEW, MOST_POSTER_BYTES, Facts, Tmdb
from tests.integration.clients import Visitor
from tests.integration.server_process import ServerProcess
from tests.support.outsiders import Mood, Outsider, answers, dribbles, floods, hangs_up, outsider, says
from tests.unit.signalling.fakes import MemoryStore

ALIEN = 1214
JPEG = b"\xff\xd8\xff\xe0" + bytes(100)
FOUND: dict[str, Any] = {
    "results": [
        {"id": 1, "title": "Aliens", "release_date": "1986-07-18"},
        {"id": 2, "title": "Alien", "release_date": "1934-01-01"},
        {"id": 348, "title": "Alien", "release_date": "1979-05-25"},
    ]
}
TOLD: dict[str, Any] = {
    "runtime": 117,
    "vote_average": 8.154,
    "vote_count": 14000,
    "overview": "A ship\u202e hears\na call.",
    "poster_path": "/vfrQk5IPloGg1v9Rzbh2Eg3VGyM.jpg",
    "watch/providers": {
        "results": {
            "DE": {
                "link": "https://www.themoviedb.org/movie/348-alien/watch?locale=DE",
                "flatrate": [{"provider_name": "Disney Plus"}, {"provider_name": "Disney Plus"}],
            }
        }
    },
}
ALIENS = Facts(
    "A ship hears a call.",
    117,
    8.2,
    ("Disney Plus",),
    "https://www.themoviedb.org/movie/348-alien/watch?locale=DE",
    "/vfrQk5IPloGg1v9Rzbh2Eg3VGyM.jpg",
)


def knows(told: object, picture: bytes = JPEG, found: object = None) -> Mood:
    """The Movie Database at its best."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path.endswith("/search/movie"):
            return web.json_response(FOUND if found is None else found)
        if request.path.startswith("/t/p/"):
            return web.Response(body=picture)
        return web.json_response(told)

    return answer


class Scene:
    """A server of theirs, and what we make of it; the time is in the test's hands."""

    def __init__(self, server: Outsider) -> None:
        self.server = server
        self.now = 1_000_000.0
        self.store = MemoryStore()
        self.lores: list[Lore] = []
        self.lore = self.again()

    def again(self) -> Lore:
        """As after a restart."""
        tmdb = Tmdb(self.server.url, self.server.url, "key", "DE", Outside(per_s=1000, now=lambda: self.now))
        self.lores.append(Lore(tmdb, self.store, Recommendations().film, lambda: self.now))
        self.lores[-1].dealt([ALIEN])
        return self.lores[-1]


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with outsider(knows(TOLD)) as server:
        made = Scene(server)
        yield made
        for lore in made.lores:
            await lore.close()


async def test_a_film_of_a_deck_is_asked_about_once_and_kept_for_thirty_days(scene: Scene) -> None:
    both = await asyncio.gather(scene.lore.facts(ALIEN), scene.lore.facts(ALIEN))
    assert both == [ALIENS, ALIENS]
    request = scene.server.asked[0][0]
    assert (request.query["query"], request.query["year"]) == ("Alien", "1979")
    poster = await scene.lore.poster(ALIEN)
    assert poster is not None
    assert (poster.data, poster.content_type) == (JPEG, "image/jpeg")
    assert len(scene.server.asked) == 3
    scene.now += KEPT_S - 1
    later = scene.again()
    assert await later.facts(ALIEN) == ALIENS
    assert await later.poster(ALIEN) == poster
    assert len(scene.server.asked) == 3
    scene.now += 2
    assert await scene.again().facts(ALIEN) == ALIENS
    assert len(scene.server.asked) == 5


async def test_nobody_makes_us_ask_for_what_is_in_no_deck(scene: Scene) -> None:
    await scene.lore.facts(ALIEN)
    asked = len(scene.server.asked)
    assert (await scene.lore.facts(260), await scene.lore.poster(999_999_999)) == (None, None)
    assert len(scene.server.asked) == asked


@pytest.mark.parametrize(
    ("told", "facts"),
    [
        ({}, Facts()),
        ({"runtime": "long", "vote_average": "good", "vote_count": 3, "overview": None}, Facts()),
        ({"runtime": -1, "vote_average": 99, "vote_count": 1}, Facts()),
        ({"vote_average": 9.0, "vote_count": 0}, Facts()),
        ({"overview": "x" * 5000}, Facts("x" * MOST_OVERVIEW)),
        ({"poster_path": "//elsewhere.example/a.jpg"}, Facts()),
        ({"poster_path": "/../../etc/passwd"}, Facts()),
        ({"watch/providers": {"results": {"US": TOLD["watch/providers"]["results"]["DE"]}}}, Facts()),
        ({"watch/providers": {"results": {"DE": {"link": "javascript:alert(1)"}}}}, Facts()),
    ],
)
async def test_what_is_missing_or_odd_is_left_out(scene: Scene, told: object, facts: Facts) -> None:
    scene.server.mood = knows(told)
    assert await scene.lore.facts(ALIEN) == facts


@pytest.mark.parametrize("found", [{"results": []}, {"results": [{"id": 1, "title": "Aliens"}]}, {"results": [{}]}])
async def test_another_film_is_not_taken_for_it_and_that_is_remembered(scene: Scene, found: object) -> None:
    scene.server.mood = knows(TOLD, found=found)
    assert await scene.lore.facts(ALIEN) is None
    assert await scene.lore.poster(ALIEN) is None
    assert await scene.again().facts(ALIEN) is None
    assert len(scene.server.asked) == 1


@pytest.mark.parametrize(
    "mood",
    [
        hangs_up,
        floods,
        answers(500),
        answers(401),
        answers(301, Location="http://127.0.0.1:1/"),
        answers(200, "<html>"),
        says([]),
        says({"results": 5}),
        says({"results": [5]}),
        knows([]),
        knows({"watch/providers": 5}),
        knows(TOLD, found={"results": [{"id": "x", "title": "Alien", "release_date": "1979"}]}),
    ],
)
async def test_in_a_bad_mood_it_is_left_alone_for_a_while_and_asked_again(scene: Scene, mood: Mood) -> None:
    scene.server.mood = mood
    with pytest.raises(OutsideError):
        await scene.lore.facts(ALIEN)
    asked = len(scene.server.asked)
    with pytest.raises(OutsideError):
        await scene.lore.facts(ALIEN)
    assert len(scene.server.asked) == asked
    scene.server.mood = knows(TOLD)
    scene.now += AGAIN_AFTER_S + 1
    assert await scene.lore.facts(ALIEN) == ALIENS


async def test_after_429_nothing_at_all_is_asked(scene: Scene) -> None:
    scene.server.mood = answers(429, Retry_After="60")
    with pytest.raises(OutsideError):
        await scene.lore.facts(ALIEN)
    scene.now += AGAIN_AFTER_S + 1
    scene.server.mood = knows(TOLD)
    with pytest.raises(OutsideError, match="left alone"):
        await scene.lore.facts(ALIEN)
    assert len(scene.server.asked) == 1


@pytest.mark.parametrize("picture", [b"<svg onload='alert(1)'/>", b"", JPEG + bytes(MOST_POSTER_BYTES)])
async def test_a_poster_is_a_picture_and_not_too_large(scene: Scene, picture: bytes) -> None:
    scene.server.mood = knows(TOLD, picture)
    with pytest.raises(OutsideError):
        await scene.lore.poster(ALIEN)


async def test_who_dribbles_is_given_up(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signalling.tmdb.WITHIN_S", 0.1)
    scene.server.mood = dribbles
    with pytest.raises(OutsideError, match="in time"):
        await scene.lore.facts(ALIEN)


async def test_a_store_in_trouble_costs_the_memory_and_nothing_else(scene: Scene) -> None:
    scene.store.broken = True
    assert await scene.lore.facts(ALIEN) == ALIENS


async def test_a_film_by_its_other_name() -> None:
    found = {"results": [{"id": 7, "title": "Amélie", "release_date": "2001", "original_title": "x"}]}
    async with outsider(knows({"runtime": 122}, found=found)) as server:
        tmdb = Tmdb(server.url, server.url, "token" * 20, "DE", Outside())
        film = Film(1, "Amelie (Fabuleux destin d'Amélie Poulain, Le)", 2001, (), 0)
        assert await tmdb.facts(film) == replace(Facts(), minutes=122)
        assert await tmdb.facts(replace(film, title="Others, The")) is None
        request = server.asked[0][0]
        assert request.headers["Authorization"] == "Bearer " + "token" * 20
        assert "token" not in str(request.url)
        await tmdb.close()


async def test_the_page_gets_it_from_here_for_the_films_of_its_deck(
    tmp_path: Path, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def anything(request: web.Request) -> web.StreamResponse:
        if request.path.endswith("/search/movie"):
            title, year = request.query["query"], request.query["year"]
            return web.json_response({"results": [{"id": 5, "title": title, "release_date": year}]})
        return await knows(TOLD)(request)

    async with outsider(anything) as theirs:
        for name in ("TMDB_BASE_URL", "TMDB_IMAGES_URL"):
            monkeypatch.setenv(name, theirs.url)
        monkeypatch.setenv("TMDB_API_KEY", "key")
        monkeypatch.setenv("TMDB_REGION", "DE")
        server = await ServerProcess.start(tmp_path)
        visitor = Visitor(http, server.url)
        assert (await visitor.call("GET", "/films/1214"))[0] == 404
        assert (await visitor.call("GET", "/films/x/poster"))[0] == 404
        assert (await visitor.call("GET", "/catalogue"))[1]["more"] is True
        _, _, line = await visitor.host()
        await line.do(OpenBallot(), "open")
        await line.say(OfferTaste((260, 1196), (2571,)))
        dealt = (await line.hear_happen(Deal)).command
        assert isinstance(dealt, Deal)
        film = dealt.cards[3].film
        status, said = await visitor.call("GET", f"/films/{film}")
        assert (status, said["minutes"], said["platforms"], said["poster"]) == (200, 117, ["Disney Plus"], True)
        async with http.get(f"{server.url}/api/v1/films/{film}/poster") as response:
            assert (response.content_type, await response.read()) == ("image/jpeg", JPEG)
            assert response.headers["X-Content-Type-Options"] == "nosniff"
        await server.kill()
    # After a restart the film is still one of a deck, and known without anybody's help.
    server = await ServerProcess.start(tmp_path)
    assert (await Visitor(http, server.url).call("GET", f"/films/{film}"))[0] == 200
    await server.kill()
