"""The middle of some numbers, and what most of them do not exceed. The standard library's `statistics` would load
`decimal` and `random` at every start."""

from collections.abc import Iterable
from math import ceil


def median(values: Iterable[float]) -> float:
    """The middle value, or the mean of the two in the middle. Raises IndexError for none."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def lower_median(values: Iterable[float]) -> float:
    """The middle value, or the lesser of the two in the middle. Raises IndexError for none."""
    ordered = sorted(values)
    return ordered[max(0, len(ordered) - 1) // 2]


def midmean(values: Iterable[float]) -> float:
    """The mean of the middle half: as deaf to stragglers as the median, and finer. Raises IndexError for none."""
    ordered = sorted(values)
    cut = len(ordered) // 4
    middle = ordered[cut : len(ordered) - cut]
    if not middle:
        raise IndexError("there is no middle of nothing")
    return sum(middle) / len(middle)


def percentile(values: Iterable[float], share: float) -> float:
    """The least of the values that so large a share of them does not exceed: by nearest rank. Raises IndexError for
    none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]
