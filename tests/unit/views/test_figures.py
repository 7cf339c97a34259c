"""Numbers as people read them."""

import pytest

from app.views import figures


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1 kB"), (999_999, "1.0 MB"), (12_340_000, "12.3 MB"), (340e6, "340 MB")],
)
def test_a_size_has_about_three_digits(count: float, text: str) -> None:
    assert figures.size(count) == text


def test_a_size_takes_the_languages_decimal_point() -> None:
    assert figures.size(2_100_000_000, ",") == "2,1 GB"


def test_a_rate_is_in_megabytes() -> None:
    assert figures.rate(12_345_678) == "12.3 MB/s"


@pytest.mark.parametrize(("seconds", "text"), [(-3, "0:00"), (0, "0:00"), (123.9, "2:03"), (3723, "1:02:03")])
def test_a_clock_shows_hours_only_where_there_are_any(seconds: float, text: str) -> None:
    assert figures.clock(seconds) == text


@pytest.mark.parametrize(("part", "text"), [(-1, "0 %"), (0.419, "41 %"), (0.9999, "99 %"), (1, "100 %")])
def test_a_share_is_whole_only_when_nothing_is_missing(part: float, text: str) -> None:
    assert figures.share(part) == text


def test_a_speed_is_short() -> None:
    assert (figures.speed(1.0), figures.speed(1.25)) == ("1×", "1.25×")


@pytest.mark.parametrize("second", [0.0, 0.005, 0.304, 0.305, 0.5, 0.999, 1.0])
def test_two_halves_are_always_a_hundred_together(second: float) -> None:
    parts = figures.halves(second)
    assert sum(int(part.removesuffix(" %")) for part in parts) == 100
    assert parts[1] == f"{round(second * 100)} %"
