"""Which servers of others may be asked, by the environment."""

import pytest

from signalling.adapters import GEMINI_MODEL, GEMINI_URL, TMDB_URL, AdapterError, FilmLore, Model, film_lore, model
from signalling.advice import Adviser
from signalling.settings import Settings, SettingsError, parse


def test_without_keys_nobody_is_asked() -> None:
    assert model({}) == Model()
    assert Model().adviser() is None
    assert model({"LLM_MODEL": "any", "LLM_API_KEY": "k"}).adviser() is None


async def test_a_key_is_enough_for_gemini() -> None:
    found = model({"GEMINI_API_KEY": "k"})
    assert (found.gemini_url, found.gemini_key, found.url) == (GEMINI_URL, "k", "")
    assert isinstance(found.adviser(), Adviser)
    assert GEMINI_MODEL


async def test_a_key_is_enough_for_the_movie_database() -> None:
    assert film_lore({}) == FilmLore()
    assert FilmLore().tmdb() is None
    found = film_lore({"TMDB_API_KEY": "k", "TMDB_REGION": "DE"})
    assert (found.url, found.key, found.region) == (TMDB_URL, "k", "DE")
    tmdb = found.tmdb()
    assert tmdb is not None
    assert tmdb.region == "DE"


async def test_any_server_that_speaks_as_open_ai_does() -> None:
    environ = {"LLM_BASE_URL": "http://127.0.0.1:8080/v1/", "LLM_MODEL": "small", "LLM_WITHIN_S": "0.5"}
    found = model(environ)
    assert (found.url, found.key, found.name, found.within_s) == ("http://127.0.0.1:8080/v1", "", "small", 0.5)
    assert isinstance(found.adviser(), Adviser)


@pytest.mark.parametrize(
    "environ",
    [
        {"LLM_BASE_URL": "http://127.0.0.1/v1"},
        {"LLM_BASE_URL": "127.0.0.1", "LLM_MODEL": "small"},
        {"GEMINI_BASE_URL": "ftp://a.example"},
        {"LLM_WITHIN_S": "soon"},
        {"LLM_WITHIN_S": "0"},
        {"LLM_WITHIN_S": "60"},
        {"TMDB_REGION": "Germany"},
        {"TMDB_BASE_URL": "elsewhere"},
    ],
)
def test_what_cannot_be_meant_is_told_in_a_sentence(environ: dict[str, str]) -> None:
    with pytest.raises(AdapterError, match=r"\.$"):
        model(environ), film_lore(environ)
    with pytest.raises(SettingsError):
        parse(["serve"], environ)


def test_keys_are_in_no_text_about_the_settings() -> None:
    settings = parse(
        ["serve"], {"GEMINI_API_KEY": "k-of-gemini", "LLM_API_KEY": "k-of-llm", "TMDB_API_KEY": "k-of-tmdb"}
    )
    assert isinstance(settings, Settings)
    assert "k-of" not in repr(settings)
