"""Looking into a file bit by bit."""

from app.swarm.window import MOST_BYTES, MOST_READS, WINDOW_BYTES, Look, Window
from tests.support.boxes import seen

DATA = bytes(range(256)) * 1024


def reading(window: Window, *spans: tuple[int, int]) -> Look[str]:
    found = []
    for at, count in spans:
        found.append((yield from window.bytes(at, count)))
    return b"|".join(found).hex()


def test_what_stands_in_the_head_is_not_read_again() -> None:
    window = Window(len(DATA), DATA[:100])
    assert seen(reading(window, (0, 4), (96, 4)), DATA) == (b"\0\1\2\3|\x60\x61\x62\x63".hex(), [])
    assert seen(reading(window, (98, 4), (100, 50)), DATA)[1] == [(98, WINDOW_BYTES)]


def test_behind_the_end_there_is_less_or_nothing() -> None:
    window = Window(100)
    found, reads = seen(reading(window, (98, 10), (100, 1), (500, 1), (-1, 3), (5, 0)), DATA[:100])
    assert (found, reads) == (b"\x62\x63||||".hex(), [(98, 2)])


def test_nobody_reads_too_much_at_once_or_too_often() -> None:
    window = Window(len(DATA))
    assert seen(reading(window, (0, 10**9)), DATA)[1] == [(0, MOST_BYTES)]
    far = [(WINDOW_BYTES * number % (len(DATA) - 10), 4) for number in range(0, 400, 2)]
    assert len(seen(reading(Window(len(DATA)), *far), DATA)[1]) == MOST_READS
