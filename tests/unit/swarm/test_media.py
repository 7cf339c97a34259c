"""The video element's requests for bytes. RFC 9110, section 14, and the forms that browsers really send."""

import pytest

from app.swarm.actions import AnswerMedia, RefuseMedia
from app.swarm.manifest import MIB
from app.swarm.media import MAX_SLICE, MAX_WAITING, MediaRequest, Waiting, answer, parse, unavailable
from tests.support.builders import FILM_ID, facts

SIZE = 3 * MIB + 100
FACTS = facts(SIZE)


def wanted(header: str | None, method: str = "GET", piece_size: int = MIB) -> tuple[int, int] | int:
    """The slice, from and up to but not including; or the status it is refused with."""
    found = parse(7, method, header, facts(SIZE, piece_size))
    assert found.request == 7
    return found.status if isinstance(found, RefuseMedia) else (found.start, found.stop)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-1", (0, 2)),
        ("bytes=0-0", (0, 1)),
        ("bytes=0-", (0, MIB)),
        (f"bytes={MIB}-", (MIB, 2 * MIB)),
        (f"bytes={MIB + 5}-", (MIB + 5, 2 * MIB)),
        (f"bytes={3 * MIB}-", (3 * MIB, SIZE)),
        (f"bytes={SIZE - 1}-", (SIZE - 1, SIZE)),
        (f"bytes={MIB - 1}-{MIB}", (MIB - 1, MIB)),
        (f"bytes=5-{SIZE + 1000}", (5, MIB)),
        (f"bytes={SIZE - 2}-{SIZE + 1000}", (SIZE - 2, SIZE)),
        (f"bytes={SIZE - 1}-{SIZE - 1}", (SIZE - 1, SIZE)),
        ("bytes=-1", (SIZE - 1, SIZE)),
        ("bytes=-100", (SIZE - 100, SIZE)),
        ("bytes=-101", (3 * MIB - 1, 3 * MIB)),
        (f"bytes=-{SIZE}", (0, MIB)),
        (f"bytes=-{SIZE + 1}", (0, MIB)),
        ("bytes=-9999999999999999999", (0, MIB)),
        ("  bytes=0-1 ", (0, 2)),
        ("BYTES=0-1", (0, 2)),
    ],
)
def test_a_range_becomes_a_slice_of_one_piece(header: str, expected: tuple[int, int]) -> None:
    assert wanted(header) == expected


@pytest.mark.parametrize(
    "header",
    [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", f"bytes={SIZE + 1}-", "bytes=9999999999999999999-", "bytes=-0",
     "bytes=5-4"],
)  # fmt: skip
def test_a_range_that_cannot_be_met_is_refused_with_the_size(header: str) -> None:
    refused = parse(7, "GET", header, FACTS)
    assert isinstance(refused, RefuseMedia)
    assert refused.status == 416
    assert dict(refused.headers) == {"Content-Range": f"bytes */{SIZE}", "Content-Length": "0"}


@pytest.mark.parametrize(
    "header",
    [None, "", "bytes=-", "bytes=", "bytes", "items=0-1", "bytes=0-1,5-6", "bytes=a-b", "bytes=1-b", "bytes=-1-",
     "bytes=+1-", "bytes=0x1-", "bytes=1.5-", "bytes=1- 2", "bytes=²-", "bytes=" + "1" * 5000 + "-"],
)  # fmt: skip
def test_without_a_range_we_understand_it_is_the_film_from_its_beginning(header: str | None) -> None:
    assert wanted(header) == (0, MIB)


def test_head_tells_of_the_whole_film() -> None:
    for header in (None, "bytes=0-1", f"bytes={SIZE}-"):
        told = parse(7, "HEAD", header, FACTS)
        assert isinstance(told, RefuseMedia)
        assert told.status == 200
        assert dict(told.headers) == {
            "Content-Type": "video/mp4",
            "Content-Length": str(SIZE),
            "Accept-Ranges": "bytes",
            "Cache-Control": "no-store",
        }


def test_a_slice_is_bounded_where_pieces_are_large() -> None:
    assert wanted("bytes=0-", piece_size=2 * MIB) == (0, MAX_SLICE)
    assert wanted(f"bytes={MIB + 1}-", piece_size=2 * MIB) == (MIB + 1, 2 * MIB)
    assert wanted(f"bytes={2 * MIB + 1}-", piece_size=4 * MIB) == (2 * MIB + 1, 3 * MIB + 1)


def test_the_answer_is_exact() -> None:
    found = answer(MediaRequest(7, MIB + 5, 2 * MIB), FACTS)
    assert found == AnswerMedia(7, FILM_ID, 1, 5, MIB - 5, 206, found.headers)
    assert dict(found.headers) == {
        "Content-Type": "video/mp4",
        "Content-Length": str(MIB - 5),
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-store",
        "Content-Range": f"bytes {MIB + 5}-{2 * MIB - 1}/{SIZE}",
    }


def test_not_now_and_not_here() -> None:
    assert (unavailable(7).request, unavailable(7).status, unavailable(7, 404).status) == (7, 503, 404)
    assert dict(unavailable(7).headers) == {"Content-Length": "0", "Cache-Control": "no-store"}


def waits_for(request: int, piece: int) -> MediaRequest:
    return MediaRequest(request, piece * MIB, (piece + 1) * MIB)


def test_those_who_wait_for_a_piece_are_answered_together() -> None:
    waiting = Waiting()
    for request, piece in enumerate([3, 5, 3]):
        assert waiting.add(waits_for(request, piece)) is None
    assert waiting.take(4, MIB) == []
    assert [wanted.request for wanted in waiting.take(3, MIB)] == [0, 2]
    assert waiting.take(3, MIB) == []
    assert waiting.urgent(MIB) == (5,)


def test_the_newest_is_the_most_urgent_and_each_piece_counts_once() -> None:
    waiting = Waiting()
    for request, piece in enumerate([3, 5, 3, 8]):
        waiting.add(waits_for(request, piece))
    assert waiting.urgent(MIB) == (8, 3, 5)


def test_the_oldest_is_refused_when_too_many_wait() -> None:
    waiting = Waiting()
    for request in range(MAX_WAITING):
        assert waiting.add(waits_for(request, request)) is None
    assert waiting.add(waits_for(99, 99)) == unavailable(0)
    assert len(waiting.urgent(MIB)) == MAX_WAITING
    assert 0 not in waiting.urgent(MIB)


def test_when_the_film_is_taken_off_nobody_waits_any_more() -> None:
    waiting = Waiting()
    waiting.add(waits_for(1, 1))
    waiting.add(waits_for(2, 2))
    assert waiting.refuse_all() == [unavailable(1, 204), unavailable(2, 204)]
    assert waiting.urgent(MIB) == ()
    assert waiting.refuse_all() == []
