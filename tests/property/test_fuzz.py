"""A short run of what `make bench BENCH=fuzz` does with a million frames."""

from random import Random

import pytest

from tests.support import fuzz


@pytest.fixture(scope="module")
def targets() -> list[fuzz.Target]:
    return fuzz.all_targets(Random(7))


def test_every_seed_is_taken(targets: list[fuzz.Target]) -> None:
    assert [(target.name, seed) for target in targets for seed in target.seeds if not target.read(seed)] == []


def test_no_frame_whatever_makes_a_decoder_crash() -> None:
    tally = fuzz.run(13_500, 1)
    assert tally.kept == []
    assert (tally.frames, tally.crashes) == (13_500, 0)
    assert tally.refused > 7_000
    assert tally.read > 1_000


def test_the_same_seed_makes_the_same_frames(targets: list[fuzz.Target]) -> None:
    frames = [[fuzz.mangled(target, Random(3)) for target in targets] for _ in range(2)]
    assert frames[0] == frames[1]


def test_a_decoder_that_crashes_is_noticed() -> None:
    def read(frame: bytes) -> bool:
        if len(frame) % 10 == 3:
            raise IndexError(len(frame))
        if len(frame) % 10 == 4:
            raise ValueError(len(frame))
        return True

    tally = fuzz.run(500, 1, [fuzz.Target("weak", (b"a valid frame",), read, (ValueError,), False)])
    assert tally.crashes > 0
    assert tally.refused > 0
    assert "IndexError" in tally.kept[0][2]
