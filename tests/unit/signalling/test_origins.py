"""Whose pages may ask."""

import pytest

from signalling.origins import Origins


@pytest.mark.parametrize(
    "asked", ["localhost:8000", "LOCALHOST", "127.0.0.1:8000", "127.0.0.1:9000", "127.8.9.10", "[::1]:8000", "[::1]"]
)
def test_a_page_from_this_machine_is_ours(asked: str) -> None:
    assert Origins("127.0.0.1").know(f"http://{asked}", "http", asked, 8000)


@pytest.mark.parametrize(
    "asked",
    [
        "evil.example:8000",
        "evil.example",
        "localhost.evil.example:8000",
        "127.0.0.1.evil.example:8000",
        "192.168.1.5:8000",
        "0.0.0.0:8000",
        "[::]:8000",
        "[::1:8000",
        "localhost:http",
        "evil.example@localhost.:8000",
        ":8000",
        "",
    ],
)
def test_a_name_somebody_points_at_us_is_not(asked: str) -> None:
    assert not Origins("127.0.0.1").know(f"http://{asked}", "http", asked, 8000)


def test_the_configured_host_is_ours_at_our_port() -> None:
    origins = Origins("Film.example")
    assert origins.know("http://film.example:8000", "http", "film.example:8000", 8000)
    assert origins.know("HTTP://Film.Example", "http", "film.example", 80)
    assert origins.know("https://film.example", "https", "film.example", 443)
    assert not origins.know("http://film.example:8001", "http", "film.example:8001", 8000)
    assert not origins.know("http://film.example", "http", "film.example", 8000)
    assert Origins("192.168.1.5").know("http://192.168.1.5:8000", "http", "192.168.1.5:8000", 8000)
    assert Origins("fd00::5").know("http://[fd00::5]:8000", "http", "[fd00::5]:8000", 8000)
    assert not Origins("").know("http://:8000", "http", ":8000", 8000)


def test_an_origin_is_the_host_that_was_asked_or_one_we_were_told_of() -> None:
    origins = Origins("127.0.0.1", ("https://film.example",))
    assert origins.know("https://film.example", "http", "127.0.0.1:8000", 8000)
    assert origins.know("https://Film.example", "http", "anything", 8000)
    assert not origins.know("http://localhost:9000", "http", "localhost:8000", 8000)
    assert not origins.know("https://localhost:8000", "http", "localhost:8000", 8000)
    assert not origins.know("http://film.example", "http", "127.0.0.1:8000", 8000)
    assert not origins.know("null", "http", "127.0.0.1:8000", 8000)
