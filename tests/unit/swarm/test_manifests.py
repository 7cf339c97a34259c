"""Manifests in chunks, asked of one peer at a time."""

import pytest

from app.swarm.manifests import PATIENCE_S, WantedManifest, chunks
from app.swarm.wire import MANIFEST_CHUNK, ManifestChunk
from tests.support.builders import Film, film

MANY = film(3000, 1)


def wanted(of: Film = MANY) -> WantedManifest:
    return WantedManifest(of.film_id, of.facts.size, of.facts.piece_size)


def test_chunks_are_the_whole_manifest_in_order() -> None:
    found = chunks(MANY.film_id, MANY.manifest.encode())
    assert [len(chunk.data) for chunk in found] == [MANIFEST_CHUNK, MANIFEST_CHUNK, 96_020 - 2 * MANIFEST_CHUNK]
    assert b"".join(chunk.data for chunk in found) == MANY.manifest.encode()
    assert all(chunk.total == 96_020 for chunk in found)


def test_a_manifest_comes_together_from_its_chunks() -> None:
    want = wanted()
    assert want.ask(["ada"], 0.0) == "ada"
    *before, last = chunks(MANY.film_id, MANY.manifest.encode())
    assert [want.chunk("ada", chunk, 1.0) for chunk in before] == [None, None]
    assert want.chunk("ada", last, 1.0) == MANY.manifest


def test_one_at_a_time_is_asked() -> None:
    want = wanted()
    assert want.deadline() is None
    assert want.ask([], 0.0) is None
    assert want.ask(["ada", "bo"], 0.0) == "ada"
    assert want.deadline() == PATIENCE_S
    assert want.ask(["ada", "bo"], PATIENCE_S - 0.1) is None


def test_one_who_takes_too_long_is_passed_over_until_nobody_else_is_left() -> None:
    want = wanted()
    asked = [want.ask(["ada", "bo"], PATIENCE_S * turn) for turn in range(4)]
    assert asked == ["ada", "bo", "ada", "bo"]


def test_nobody_is_left_to_ask_after_the_only_one_fell_silent_and_left() -> None:
    want = wanted()
    want.ask(["ada"], 0.0)
    assert want.ask([], PATIENCE_S) is None
    assert want.deadline() is None


def test_each_chunk_buys_time() -> None:
    want = wanted()
    want.ask(["ada"], 0.0)
    want.chunk("ada", chunks(MANY.film_id, MANY.manifest.encode())[0], 4.0)
    assert want.deadline() == 4.0 + PATIENCE_S


def test_when_the_one_who_was_asked_leaves_another_begins_afresh() -> None:
    want = wanted()
    all_of_it = chunks(MANY.film_id, MANY.manifest.encode())
    want.ask(["ada", "bo"], 0.0)
    want.chunk("ada", all_of_it[0], 0.0)
    want.peer_gone("bo")
    assert want.ask(["bo"], 0.1) is None
    want.peer_gone("ada")
    assert want.ask(["bo"], 0.1) == "bo"
    assert [want.chunk("bo", chunk, 0.2) for chunk in all_of_it][-1] == MANY.manifest


def test_chunks_nobody_asked_for_are_passed_over() -> None:
    want = wanted()
    first = chunks(MANY.film_id, MANY.manifest.encode())[0]
    assert want.chunk("ada", first, 0.0) is None
    want.ask(["ada"], 0.0)
    assert want.chunk("bo", first, 0.0) is None
    assert want.chunk("ada", first, 0.0) is None
    assert want.chunk("ada", first, 0.0) is None


@pytest.mark.parametrize("total", [96_019, 96_021])
def test_a_wrong_size_raises(total: int) -> None:
    want = wanted()
    want.ask(["ada"], 0.0)
    with pytest.raises(ValueError, match="wrong size"):
        want.chunk("ada", ManifestChunk(MANY.film_id, total, 0, b"x"), 0.0)


def test_the_rest_of_an_answer_that_was_given_up_does_no_harm() -> None:
    want = wanted()
    first, second, third = chunks(MANY.film_id, MANY.manifest.encode())
    want.ask(["ada"], 0.0)
    want.chunk("ada", first, 0.0)
    assert want.ask(["ada"], PATIENCE_S) == "ada"
    assert [want.chunk("ada", chunk, PATIENCE_S) for chunk in (second, third, first, second)] == [None] * 4
    assert want.chunk("ada", third, PATIENCE_S) == MANY.manifest


def test_another_films_manifest_raises() -> None:
    of, other = film(100, 10), film(100, 10, seed=2)
    want = wanted(of)
    want.ask(["ada"], 0.0)
    with pytest.raises(ValueError, match="another film"):
        want.chunk("ada", chunks(of.film_id, other.manifest.encode())[0], 0.0)
