from collections.abc import Callable

import pytest

from app.playback.median import lower_median, median, midmean


@pytest.mark.parametrize(("values", "middle"), [([3.0], 3.0), ([9.0, 1.0, 2.0], 2.0), ([4.0, 1.0, 2.0, 9.0], 3.0)])
def test_the_middle(values: list[float], middle: float) -> None:
    assert median(iter(values)) == middle


@pytest.mark.parametrize(("values", "middle"), [([3.0], 3.0), ([9.0, 1.0, 2.0], 2.0), ([4.0, 1.0, 2.0, 9.0], 2.0)])
def test_the_lesser_middle(values: list[float], middle: float) -> None:
    assert lower_median(iter(values)) == middle


@pytest.mark.parametrize("middle_of", [median, lower_median])
def test_of_nothing_there_is_no_middle(middle_of: Callable[[list[float]], float]) -> None:
    with pytest.raises(IndexError):
        middle_of([])


@pytest.mark.parametrize(
    ("values", "middle"),
    [
        ([3.0], 3.0),
        ([1.0, 2.0], 1.5),
        ([1.0, 2.0, 6.0], 3.0),
        ([0.0, 1.0, 3.0, 900.0], 2.0),
        ([5.0, 1.0, -90.0, 4.0, 90.0], 10 / 3),
    ],
)
def test_the_middle_half_counts(values: list[float], middle: float) -> None:
    assert midmean(values) == pytest.approx(middle)


def test_nothing_has_no_middle_half() -> None:
    with pytest.raises(IndexError):
        midmean([])
