import pytest

from app.playback.median import median


@pytest.mark.parametrize(("values", "middle"), [([3.0], 3.0), ([9.0, 1.0, 2.0], 2.0), ([4.0, 1.0, 2.0, 9.0], 3.0)])
def test_the_middle(values: list[float], middle: float) -> None:
    assert median(iter(values)) == middle


def test_of_nothing_there_is_no_middle() -> None:
    with pytest.raises(IndexError):
        median([])
