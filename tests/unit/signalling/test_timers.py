"""An alarm: at most one call to come."""

from signalling.timers import Alarm
from tests.unit.signalling.fakes import Clock


async def test_an_alarm_calls_once_and_a_new_one_forgets_the_one_before() -> None:
    clock, heard = Clock(), list[str]()
    alarm = Alarm(clock.schedule)
    alarm.set(5.0, lambda: heard.append("first"))
    alarm.set(1.0, lambda: heard.append("second"))
    await clock.advance(10.0)
    assert heard == ["second"]


async def test_a_cancelled_alarm_calls_nothing_and_can_be_set_again() -> None:
    clock, heard = Clock(), list[str]()
    alarm = Alarm(clock.schedule)
    alarm.cancel()
    alarm.set(1.0, lambda: heard.append("never"))
    alarm.cancel()
    await clock.advance(2.0)
    assert heard == []
    alarm.set(-1.0, lambda: heard.append("at once"))
    await clock.advance(0.1)
    assert heard == ["at once"]
