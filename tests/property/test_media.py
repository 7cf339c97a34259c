"""Range requests, against a plain reading of RFC 9110, section 14.1.2."""

import re

from hypothesis import given
from hypothesis import strategies as st

from app.swarm.actions import RefuseMedia
from app.swarm.manifest import MIB
from app.swarm.media import MAX_SLICE, answer, parse
from tests.support.builders import facts

PIECE_SIZES = st.sampled_from([256 * 1024, MIB, 2 * MIB])
SIZES = st.integers(1, 9 * MIB) | st.integers(1, 50)


@st.composite
def cases(draw: st.DrawFn) -> tuple[int, int, int | None, int | None]:
    """Film size, piece size, first and last byte asked for; both near the edges that matter."""
    size, piece_size = draw(SIZES), draw(PIECE_SIZES)
    edges = [0, 1, size - 1, size, size + 1, piece_size - 1, piece_size, piece_size + 1]
    place = st.integers(0, size + 10) | st.sampled_from(edges) | st.integers(0, 10**18)
    return size, piece_size, draw(st.none() | place), draw(st.none() | place)


def satisfiable(size: int, first: int | None, last: int | None) -> tuple[int, int] | None:
    """The range the RFC means, last byte included; None where it cannot be satisfied."""
    if first is None:
        assert last is not None
        return (max(0, size - last), size - 1) if last > 0 else None
    if first >= size or (last is not None and last < first):
        return None
    return first, size - 1 if last is None else min(last, size - 1)


@given(case=cases())
def test_every_answer_is_a_beginning_of_what_was_asked_within_one_piece(
    case: tuple[int, int, int | None, int | None],
) -> None:
    size, piece_size, first, last = case
    film = facts(size, piece_size)
    header = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    found = parse(1, "GET", header, film)
    wanted = (0, size - 1) if first is None and last is None else satisfiable(size, first, last)
    if wanted is None:
        assert isinstance(found, RefuseMedia)
        assert found.status == 416
        return
    assert not isinstance(found, RefuseMedia)
    given_ = answer(found, film)
    assert found.start == wanted[0]
    assert given_.piece * piece_size + given_.offset == wanted[0]
    assert 1 <= given_.length <= MAX_SLICE
    assert given_.offset + given_.length <= piece_size
    stop = wanted[0] + given_.length
    assert stop <= wanted[1] + 1
    at_an_edge = stop == wanted[1] + 1 or stop % piece_size == 0 or given_.length == MAX_SLICE
    assert at_an_edge
    headers = dict(given_.headers)
    assert headers["Content-Range"] == f"bytes {wanted[0]}-{stop - 1}/{size}"
    assert headers["Content-Length"] == str(given_.length)


@given(size=SIZES, piece_size=PIECE_SIZES)
def test_asking_on_from_where_the_last_answer_ended_reads_the_whole_film(size: int, piece_size: int) -> None:
    film = facts(size, piece_size)
    at = 0
    while at < size:
        found = parse(1, "GET", f"bytes={at}-", film)
        assert not isinstance(found, RefuseMedia)
        assert found.start == at < found.stop
        at = found.stop
    assert at == size


@given(header=st.none() | st.text(max_size=40) | st.from_regex(re.compile(r"bytes=[0-9,\- ]{0,30}"), fullmatch=True))
def test_any_header_is_answered(header: str | None) -> None:
    for method in ("GET", "HEAD"):
        found = parse(1, method, header, facts(5 * MIB))
        assert isinstance(found, RefuseMedia) or 0 <= found.start < found.stop <= 5 * MIB
