"""A film that runs is left to its rate, but for a while after something that was heard anyway."""

import pytest

from app.playback.drift import SEEK_S
from app.playback.tolerance import ARRIVED_S, INTERRUPTED_S, Tolerance


@pytest.mark.parametrize(
    ("happened", "most_s"),
    [
        ((), SEEK_S),
        ((Tolerance.interrupted,), INTERRUPTED_S),
        ((Tolerance.arriving,), ARRIVED_S),
        ((Tolerance.arriving, Tolerance.sought), 2 * ARRIVED_S),
        ((Tolerance.interrupted, Tolerance.sought), 2 * ARRIVED_S),
        ((Tolerance.arriving, Tolerance.sought, Tolerance.sought), SEEK_S),
        ((Tolerance.sought,), SEEK_S),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_too_much_depends_on_what_was_heard_before(
    happened: tuple[object, ...], most_s: float, sign: int
) -> None:
    tolerance = Tolerance()
    for one in happened:
        assert callable(one)
        one(tolerance)
    assert tolerance.is_too_much(sign * (most_s + 0.01), settled=False)
    assert not tolerance.is_too_much(sign * most_s, settled=False)


@pytest.mark.parametrize(("off_s", "settled"), [(INTERRUPTED_S, False), (0.9, True)])
def test_once_nearly_right_or_after_a_while_only_what_is_far_off_is_sought(off_s: float, settled: bool) -> None:
    tolerance = Tolerance()
    tolerance.interrupted()
    assert not tolerance.is_too_much(off_s, settled)
    assert not tolerance.is_too_much(SEEK_S, settled=False)


def test_what_cannot_be_sought_yet_still_should_be() -> None:
    tolerance = Tolerance()
    tolerance.arriving()
    assert [tolerance.is_too_much(-0.6, settled=False) for _ in range(3)] == [True] * 3
