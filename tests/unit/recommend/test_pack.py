"""Data packs: bytes and back, the one that comes with the project, and bytes that are none."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.recommend.pack import MAGIC, BadPack, digest, read, written
from tests.unit.recommend.packs import film, pack_of

PACK = Path(__file__).resolve().parents[3] / "packs" / "movielens" / "films.pack"


def test_a_pack_is_read_as_it_was_written() -> None:
    films = [film(7, "Heat", 1995, ("Action", "Crime"), 80), film(3, "Fargo", 1996, (), 70), film(5, "Léon", 1994)]
    pack = pack_of(films, {0: {1: 0.5, 2: -0.25}, 2: {0: 0.1}})
    assert pack.name == "small"
    assert pack.films == tuple(films)
    assert pack.place == {7: 0, 3: 1, 5: 2}
    assert pack.film(3) == films[1]
    assert pack.film(4) is None
    assert [other for other, _ in pack.neighbours(0)] == [1, 2]
    assert [weight for _, weight in pack.neighbours(0)] == pytest.approx([0.5, -0.25], abs=0.005)
    assert pack.neighbours(0) is pack.neighbours(0)
    assert pack.neighbours(1) == ()


@given(st.dictionaries(st.integers(0, 1999), st.floats(-1, 1, allow_nan=False), max_size=60))
def test_neighbours_far_apart_are_found_again(row: dict[int, float]) -> None:
    films = [film(number) for number in range(2000)]
    found = pack_of(films, {5: row, 6: {1999: 1.0}}).neighbours(5)
    largest = max(map(abs, row.values()), default=0)
    assert [at for at, _ in found] == sorted(row)
    assert [weight for _, weight in found] == pytest.approx([row[at] for at in sorted(row)], abs=largest / 125 + 1e-9)


def test_what_is_no_pack_is_refused() -> None:
    data = written("small", [film(1)], [{}])
    head = json.loads(data[len(MAGIC) + 4 :])
    strange = json.dumps(head | {"years": []}).encode()
    length = len(strange).to_bytes(4, "little")
    for bad in (b"", MAGIC, b"PK" + data, data[:-1], data + b"x", MAGIC + b"\x02\0\0\0[]", MAGIC + length + strange):
        with pytest.raises(BadPack):
            read(bad)
    shorter = json.dumps(head | {"gaps": []}).encode()
    with pytest.raises(BadPack, match="as long as"):
        read(MAGIC + len(shorter).to_bytes(4, "little") + shorter)


def test_the_pack_of_the_project_is_the_one_its_note_tells_of() -> None:
    data = PACK.read_bytes()
    assert digest(data) in (PACK.parent / "README.md").read_text()


def test_the_pack_of_the_project_is_whole() -> None:
    pack = read(PACK.read_bytes())
    assert len(pack.films) == len(pack.place) > 3000
    likes = [one.likes for one in pack.films]
    assert likes == sorted(likes, reverse=True)
    for place, one in enumerate(pack.films):
        assert one.title
        assert 1890 < one.year < 2030
        neighbours = dict(pack.neighbours(place))
        assert len(neighbours) <= 60
        assert place not in neighbours
        assert all(0 <= other < len(pack.films) for other in neighbours)
