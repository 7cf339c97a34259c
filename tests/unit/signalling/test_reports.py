"""Reports of one room, with time and timers that go by hand."""

from app.room.codec import decode_from_server
from app.room.messages import Report, Reported, Reports
from app.room.state import Standing
from signalling.backlog import News
from signalling.reports import BURST, EVERY_S, GATHER_S, MOST_AT_ONCE, PER_S, Board
from tests.unit.signalling.fakes import Clock

FILM = "ab" * 32


def report(share: float = 0.5, standing: Standing = Standing.RECEIVING) -> Report:
    return Report(FILM, standing, share, 1e6, 4.0)


class Scene:
    """A board, and everything it has told."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.told: list[tuple[float, tuple[Reported, ...]]] = []
        self.board = Board(self.clock.now, self.clock.schedule, self._hear)

    def _hear(self, frame: bytes, about: News) -> None:
        message = decode_from_server(frame.decode())
        assert isinstance(message, Reports)
        assert about.members == {one.member for one in message.reports}
        self.told.append((self.clock.now(), message.reports))


async def test_the_first_news_travel_soon_and_together() -> None:
    scene = Scene()
    scene.board.take("ada", report(0.1))
    scene.board.take("ben", report(0.2))
    scene.board.take("ada", report(0.3))
    await scene.clock.advance(GATHER_S)
    assert scene.told == [(1000.0 + GATHER_S, (Reported("ada", report(0.3)), Reported("ben", report(0.2))))]


async def test_a_hundred_members_are_told_of_once_a_second() -> None:
    scene = Scene()
    for tick in range(100):
        for member in range(100):
            if (tick + member) % 20 == 0:
                assert scene.board.take(f"m{member}", report(tick / 100))
        await scene.clock.advance(0.1)
    assert 9 <= len(scene.told) <= 11
    gaps = [late[0] - early[0] for early, late in zip(scene.told, scene.told[1:], strict=False)]
    assert min(gaps) >= EVERY_S - 1e-9
    assert len(scene.told[-1][1]) < 100


async def test_of_a_thousand_everybody_is_told_of_in_turn() -> None:
    scene = Scene()
    for member in range(1000):
        scene.board.take(f"m{member}", report(0.1))
    await scene.clock.advance(GATHER_S)
    # Whoever speaks again does not lose the place.
    scene.board.take("m150", report(0.2))
    await scene.clock.advance(12 * EVERY_S)
    assert [len(reports) for _, reports in scene.told] == [MOST_AT_ONCE] * 10
    assert [one.member for _, reports in scene.told for one in reports] == [f"m{member}" for member in range(1000)]
    assert scene.told[1][1][50] == Reported("m150", report(0.2))
    gaps = [late[0] - early[0] for early, late in zip(scene.told, scene.told[1:], strict=False)]
    assert min(gaps) >= EVERY_S - 1e-9
    assert scene.clock.pending == []


async def test_what_is_no_news_is_not_told() -> None:
    scene = Scene()
    scene.board.take("ada", report())
    await scene.clock.advance(1.0)
    scene.board.take("ada", report())
    scene.board.take("ben", report(), False)
    await scene.clock.advance(2.0)
    assert len(scene.told) == 1
    assert scene.clock.pending == []


async def test_everything_is_the_last_of_everybody() -> None:
    scene = Scene()
    assert scene.board.latest() is None
    scene.board.take("ada", report(0.1))
    scene.board.take("ben", report(0.2))
    scene.board.take("ada", report(0.3))
    frame = scene.board.latest()
    assert frame is not None
    assert decode_from_server(frame.decode()) == Reports((Reported("ada", report(0.3)), Reported("ben", report(0.2))))
    scene.board.forget("ada")
    scene.board.forget("ben")
    assert scene.board.latest() is None
    await scene.clock.advance(1.0)
    assert scene.told == []


async def test_a_flood_is_refused_and_coming_back_does_not_help() -> None:
    scene = Scene()
    answers = [scene.board.take("ada", report(number / 1000)) for number in range(BURST + 5)]
    assert answers == [True] * BURST + [False] * 5
    scene.board.forget("ada")
    assert not scene.board.take("ada", report())
    assert scene.board.take("ben", report())
    await scene.clock.advance(1 / PER_S)
    assert scene.board.take("ada", report())
    assert not scene.board.take("ada", report())
    scene.board.forget_for_good("ada")
    assert scene.board.take("ada", report())


async def test_a_steady_reporter_is_never_refused() -> None:
    scene = Scene()
    for number in range(200):
        assert scene.board.take("ada", report(number / 1000))
        await scene.clock.advance(0.6)


async def test_a_closed_board_says_nothing() -> None:
    scene = Scene()
    scene.board.close()
    scene.board.take("ada", report())
    scene.board.close()
    assert scene.clock.pending == []
    assert scene.board.latest() is None


async def test_the_last_reports_of_some_can_be_had() -> None:
    scene = Scene()
    for member in ("ada", "ben", "cy"):
        scene.board.take(member, report(0.1))
    frame = scene.board.latest(frozenset({"ben", "cy", "gone"}))
    assert frame is not None
    message = decode_from_server(frame.decode())
    assert isinstance(message, Reports)
    assert [one.member for one in message.reports] == ["ben", "cy"]
    assert scene.board.latest(frozenset({"gone"})) is None
