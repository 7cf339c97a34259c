"""Titles for posters out of file names."""

import pytest

from app.views.titles import Title, art_of, hue_of, title_of


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("the.third.man.1949.1080p.BluRay.x264-GRP.mkv", Title("The Third Man", "1949")),
        ("Playtime (1967).mp4", Title("Playtime", "1967")),
        ("2001.A.Space.Odyssey.1968.mkv", Title("2001 A Space Odyssey", "1968")),
        ("2012.mp4", Title("2012")),
        ("holiday_video_720p.webm", Title("Holiday Video")),
        ("My Neighbour Totoro.mp4", Title("My Neighbour Totoro")),
        ("映画.mp4", Title("映画")),
        (".mp4", Title(".mp4")),
        ("noending", Title("Noending")),
    ],
)
def test_a_file_name_becomes_a_title(name: str, title: Title) -> None:
    assert title_of(name) == title


def test_a_poster_stays_with_its_film() -> None:
    assert hue_of("a.mp4") == hue_of("a.mp4")
    assert {art_of(f"{number}.mp4") for number in range(60)} == {0, 1, 2, 3}
