"""A language model in all its moods: it may choose among our films, and nothing else; the deck always comes."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from app.recommend.group import OF_A_PAIR, genre_pair
from app.recommend.taste import Taste
from app.room.deck import Card, Filters, Lack
from signalling.adapters import Model
from signalling.recommendations import Recommendations
from tests.support.outsiders import Mood, Outsider, answers, floods, hangs_up, never, outsider, says

TASTES = {
    "ada": Taste(frozenset({260, 1196}), hated=frozenset({1721})),
    "ben": Taste(liked=frozenset({858, 5_000_000})),
}
RATED = {260, 1196, 1721, 858}
SECRET = "a-key-of-ours"


def gemini(text: str) -> Mood:
    """Gemini's answer with these words in it."""
    return says({"candidates": [{"content": {"parts": [{"text": text[:7]}, {"text": text[7:]}]}}]})


def open_ai(text: str) -> Mood:
    """The answer of an OpenAI-compatible server."""
    return says({"choices": [{"message": {"content": text}}]})


def films(*chosen: object) -> str:
    """What a model is asked for."""
    return json.dumps({"films": chosen})


@pytest.fixture
async def server() -> AsyncIterator[Outsider]:
    async with outsider(gemini("{}")) as made:
        yield made


async def dealt(
    server: Outsider, speaks: str = "gemini", within_s: float = 10.0, filters: Filters | None = None
) -> tuple[tuple[Card, ...], Lack | None]:
    """A deck for Ada and Ben, with the advice of that server."""
    if speaks == "gemini":
        model = Model(gemini_url=server.url, gemini_key=SECRET, name="flash", within_s=within_s)
    else:
        model = Model(url=f"{server.url}/v1", key=SECRET, name="small", within_s=within_s)
    recommendations = Recommendations(adviser=model.adviser())
    try:
        return await recommendations.advised_cards(TASTES, filters=filters)
    finally:
        await recommendations.close()


def locally() -> list[int]:
    """The deck without any advice."""
    return [card.film for card in Recommendations().cards(TASTES)]


def asked_for(body: bytes, speaks: str) -> tuple[list[int], str]:
    """The ids that the model was shown, and all that it was told."""
    said = json.loads(body)
    if speaks == "gemini":
        text = said["contents"][0]["parts"][0]["text"]
        assert said["generationConfig"]["responseSchema"]["required"] == ["films"]
    else:
        text = said["messages"][1]["content"]
        assert said["response_format"]["json_schema"]["schema"]["required"] == ["films"]
    lines = text.splitlines()[1:]
    return [int(line.partition(":")[0]) for line in lines if not line.startswith("Person")], text


@pytest.mark.parametrize(("speaks", "reply"), [("gemini", gemini), ("openai", open_ai)])
async def test_it_gets_sixty_films_and_no_names_and_chooses_among_them(
    server: Outsider, speaks: str, reply: object
) -> None:
    assert callable(reply)
    await dealt(server, speaks)
    request, body = server.asked[0]
    shown, text = asked_for(body, speaks)
    assert len(set(shown)) == 60
    assert RATED.isdisjoint(shown)
    assert "Person 1 — loved: Star Wars" in text
    assert not any(secret in text for secret in ("ada", "ben", SECRET, "5000000"))
    assert "never mentions a person" in body.decode()
    assert SECRET not in str(request.url)
    assert SECRET in request.headers.get("x-goog-api-key", "") + request.headers.get("Authorization", "")

    server.mood = reply(films(*({"id": one, "why": f"Because of {one}."} for one in shown[20:40])))
    cards, lacks = await dealt(server, speaks)
    assert [card.film for card in cards] == shown[20:35]
    assert cards[0].why == f"Because of {shown[20]}."
    assert lacks is None


async def test_of_a_series_and_of_a_pair_of_genres_it_gets_in_no_more_than_we_would_with_our_reasons(
    server: Outsider,
) -> None:
    war = Filters(("War",))  # few enough that the sixty must be alike
    await dealt(server, filters=war)
    shown, _ = asked_for(server.asked[0][1], "gemini")
    known = {number: film for number in shown if (film := Recommendations().film(number)) is not None}
    (pair, often), *_ = Counter(map(genre_pair, known.values())).most_common(1)
    assert often > OF_A_PAIR
    alike = [number for number, film in known.items() if genre_pair(film) == pair]
    server.mood = gemini(films(*({"id": number, "why": "Yes."} for number in reversed(alike))))
    cards, _ = await dealt(server, filters=war)
    dealt_now = [known[card.film] for card in cards]
    assert max(Counter(map(genre_pair, dealt_now)).values()) == OF_A_PAIR
    assert [card.why for card in cards[:OF_A_PAIR]] == ["Yes."] * OF_A_PAIR
    assert any(card.reasons for card in cards)


async def test_what_it_invents_or_repeats_or_brings_back_is_dropped_and_filled_up_from_our_own(
    server: Outsider,
) -> None:
    ours = locally()
    one, other = ours[3], ours[7]
    server.mood = gemini(
        films(
            {"id": 999_999_999, "why": "I made it up."},
            {"id": 1721, "why": "Ada hates it."},
            {"id": 260, "why": "Ada has seen it."},
            {"id": one, "why": "Good\u202e\n<b>one</b>" + "!" * 500},
            {"id": one, "why": "Again."},
            {"id": str(other), "why": "A text."},
            {"id": True, "why": ""},
            {"id": other},
            "nothing",
            None,
        )
    )
    cards, lacks = await dealt(server)
    assert [card.film for card in cards] == [one, other, *(film for film in ours if film not in (one, other))]
    assert cards[0].why.startswith("Good <b>one</b>!!!")
    assert len(cards[0].why) == 160
    assert (cards[1].why, cards[2].why, lacks) == ("", "", None)


@pytest.mark.parametrize(
    "mood",
    [
        never,
        hangs_up,
        floods,
        answers(500),
        answers(401),
        answers(429, Retry_After="30"),
        answers(307, Location="http://127.0.0.1:1/"),
        answers(200, "<html>"),
        says([]),
        says({"candidates": []}),
        says({"candidates": [{"content": {"parts": [{"text": 5}]}}]}),
        gemini("Here you are: 1, 2 and 3"),
        gemini("[]"),
        gemini('{"films": 15}'),
        gemini('{"films": {"id": 1}}'),
        gemini(films()),
        gemini(films({"id": 999_999_999, "why": "I made it up."})),
        gemini("[" * 100_000),
    ],
)
async def test_in_any_other_mood_our_own_deck_comes_in_time_and_says_what_it_lacks(
    server: Outsider, mood: Mood
) -> None:
    server.mood = mood
    async with asyncio.timeout(10):  # it says no more than that the deck comes at all
        cards, lacks = await dealt(server, within_s=0.3)
    assert [card.film for card in cards] == locally()
    assert lacks is Lack.MODEL


async def test_it_is_not_asked_where_no_film_is_left(server: Outsider) -> None:
    recommendations = Recommendations(adviser=Model(gemini_url=server.url, gemini_key=SECRET).adviser())
    everything = tuple(range(200_000))
    assert await recommendations.advised_cards(TASTES, everything) == ((), None)
    await recommendations.close()
    assert not server.asked
