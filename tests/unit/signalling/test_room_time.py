"""Room time."""

from signalling.room_time import RoomTime


class Seconds:
    """A clock to turn."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __call__(self) -> float:
        return self.value


def test_the_wall_clock_counts_once() -> None:
    wall, monotonic = Seconds(1_700_000_000.0), Seconds(50.0)
    time = RoomTime(wall, monotonic)
    assert time.now() == 1_700_000_000.0
    wall.value = 0.0
    monotonic.value = 51.5
    assert time.now() == 1_700_000_001.5


def test_it_never_falls_behind_what_has_happened() -> None:
    monotonic = Seconds(50.0)
    time = RoomTime(Seconds(1000.0), monotonic)
    time.not_before(900.0)
    assert time.now() == 1000.0
    time.not_before(5000.0)
    assert time.now() == 5000.0
    monotonic.value = 51.0
    assert time.now() == 5001.0
