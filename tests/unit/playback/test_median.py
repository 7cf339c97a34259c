from collections.abc import Callable

import pytest

from app.playback.median import lower_median, median, midmean, percentile


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


@pytest.mark.parametrize(
    ("count", "share", "value"),
    [(1, 0.95, 1), (19, 0.95, 19), (20, 0.95, 19), (21, 0.95, 20), (100, 0.95, 95), (4, 0.5, 2), (4, 0.0, 1)],
)
def test_a_percentile_is_one_of_the_values(count: int, share: float, value: float) -> None:
    assert percentile(iter(range(count, 0, -1)), share) == value


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(IndexError):
        percentile([], 0.95)


def test_nothing_has_no_middle_half() -> None:
    with pytest.raises(IndexError):
        midmean([])
