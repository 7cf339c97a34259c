"""The builder of data packs: the model by a second way, and the same bytes every time."""

import gzip
import sys
from pathlib import Path

import pytest

from app.recommend.pack import digest, read
from tools import build_pack
from tools.build_pack import LAMBDA, BadTable, Table, model, pack, table

HEAD = "movieId,title,year,genres,userId,rating,timestamp\n"


def small() -> str:
    """Six films, twelve people; whoever likes film 1 likes film 2, and few like film 6."""
    lines = []
    for person in range(12):
        for number in range(1, 7):
            likes = (person + number // 2) % 3 != 0 if number < 6 else person == 5
            lines.append(f"{number},“Film” {number},{1990 + number},Drama|War,{person},{4.5 if likes else 2.0},0")
    lines.append("7,Seldom seen,1999,(no genres listed),1,5.0,0")
    lines += [f"8,Without a year,,Drama,{person},4.0,0" for person in range(9)]
    return HEAD + "\n".join(lines) + "\n"


@pytest.fixture
def ratings(tmp_path: Path) -> Path:
    path = tmp_path / "ratings.csv"
    path.write_text(small(), encoding="utf-8")
    return path


def solved(matrix: list[list[float]], column: list[float]) -> list[float]:
    """A system of equations by elimination, another way than the builder's."""
    rows = [[*row, value] for row, value in zip(matrix, column, strict=True)]
    for at in range(len(rows)):
        for below in range(at + 1, len(rows)):
            factor = rows[below][at] / rows[at][at]
            rows[below] = [low - factor * high for low, high in zip(rows[below], rows[at], strict=True)]
    found = [0.0] * len(rows)
    for at in reversed(range(len(rows))):
        found[at] = (rows[at][-1] - sum(rows[at][to] * found[to] for to in range(at + 1, len(rows)))) / rows[at][at]
    return found


def by_films(data: Table, places: dict[int, int]) -> list[list[float]]:
    """EASE^R as it is published: the inverse of a matrix of films."""
    size = len(places)
    fans = [{one.person for one in data.ratings if places.get(one.film) == at and one.stars >= 4} for at in range(size)]
    gram = [[len(fans[i] & fans[j]) + (LAMBDA if i == j else 0.0) for j in range(size)] for i in range(size)]
    columns = [solved(gram, [float(i == j) for i in range(size)]) for j in range(size)]
    return [[0.0 if i == j else -columns[j][i] / columns[j][j] for j in range(size)] for i in range(size)]


def test_keeps_films_with_enough_ratings_and_a_year(ratings: Path) -> None:
    found = read(pack("small", table(ratings)))
    assert {film.number for film in found.films} == {1, 2, 3, 4, 5, 6}
    assert found.films[-1].number == 6
    assert found.films[-1].likes == 1
    film = found.film(3)
    assert film is not None
    assert (film.title, film.year, film.genres) == ("“Film” 3", 1993, ("Drama", "War"))


def test_is_the_published_model(ratings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_pack, "WEAKEST", 0.0)
    data = table(ratings)
    films = build_pack.kept(data, data.ratings)
    expected = by_films(data, {film.number: at for at, film in enumerate(films)})
    for place, row in enumerate(model(films, data.ratings)):
        assert [row.get(other, 0.0) for other in range(len(films))] == pytest.approx(expected[place], abs=1e-12)


def test_builds_the_same_bytes_every_time(ratings: Path, tmp_path: Path) -> None:
    packed = tmp_path / "ratings.csv.gz"
    packed.write_bytes(gzip.compress(small().encode()))
    assert pack("small", table(ratings)) == pack("small", table(packed))
    assert digest(pack("small", table(ratings))) == "1bf4b49cf5b6c8e509903d3610218641fbf22be7432a3bc6130cbc28733f6efd"


def test_weak_ties_are_left_out(ratings: Path) -> None:
    data = table(ratings)
    weights = [
        abs(weight) for row in model(build_pack.kept(data, data.ratings), data.ratings) for weight in row.values()
    ]
    assert weights
    assert min(weights) >= build_pack.WEAKEST


def test_films_nobody_likes_have_no_neighbours(tmp_path: Path) -> None:
    path = tmp_path / "sour.csv"
    path.write_text(HEAD + "".join(f"{film},Film {film},1990,War,{who},1.0,0\n" for film in (1, 2) for who in range(5)))
    found = read(pack("sour", table(path)))
    assert [found.neighbours(at) for at in range(len(found.films))] == [(), ()]


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", HEAD + "x,Film,1990,War,1,4.0,0\n", HEAD + "1,Film\n"])
def test_a_table_of_another_kind_is_one_sentence(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text)
    if text:
        with pytest.raises(BadTable, match="needs the columns"):
            table(path)
    else:
        assert table(path).ratings == []


def test_a_table_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="cannot be read"):
        table(tmp_path / "none.csv")


def test_the_command_writes_a_pack_and_says_its_digest(
    ratings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "packs" / "films.pack"
    monkeypatch.setattr(sys, "argv", ["build_pack.py", str(ratings), "small", str(out)])
    assert build_pack.main() == 0
    assert digest(out.read_bytes()) in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["build_pack.py", str(tmp_path / "none"), "small", str(out)])
    assert build_pack.main() == 1
    assert "cannot be read" in capsys.readouterr().out
