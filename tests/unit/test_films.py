"""Test films that are not made by a recipe alone."""

from pathlib import Path

import pytest

from tests.support import films


@pytest.fixture
def second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> films.Film:
    """A film of one second, with its index at the end."""
    monkeypatch.setattr(films, "HOME", tmp_path / "films")
    return films.get(films.Recipe("second", "Second.mp4", "video/mp4", 1, films.h264(400)))


def test_a_looped_film_is_one_film_of_at_least_that_size(second: films.Film, tmp_path: Path) -> None:
    wanted = 2 * second.size + 1
    looped = films.looped(second, wanted, tmp_path)
    assert looped.path != second.path
    assert (looped.mime, looped.seconds, looped.size) == (second.mime, 3, looped.path.stat().st_size)
    assert wanted <= looped.size < 4 * second.size
    kinds = [kind for kind, _, _ in films.boxes(looped.path)]
    assert kinds.count("moov") == kinds.count("mdat") == 1, "an index of its own"
    assert kinds[-1] == "moov", "where it was"


def test_a_film_that_is_large_enough_is_run_once(second: films.Film, tmp_path: Path) -> None:
    assert films.looped(second, second.size, tmp_path).seconds == second.seconds


def test_a_padded_film_has_exactly_that_size_and_its_index_at_the_end(second: films.Film, tmp_path: Path) -> None:
    padded = films.padded(second, second.size + 1000, tmp_path)
    assert padded.size == padded.path.stat().st_size == second.size + 1000
    assert [kind for kind, _, _ in films.boxes(padded.path)][-2:] == ["free", "moov"]
    with pytest.raises(ValueError, match="cannot be padded"):
        films.padded(second, second.size, tmp_path)
