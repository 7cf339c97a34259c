"""What the others have reported, and when we report. Page time in seconds."""

from dataclasses import replace

from app.playback.gate import Buffer
from app.room.messages import Limits, Report, Reported, Reports
from app.room.state import Standing
from app.session.effects import SendToServer
from app.session.reporting import EVERY_S, Reporting, rounded
from tests.unit.room.rooms import ADA, BEN, CY, SHOWN, away, room

FILM = SHOWN[0].film_id
HALF = Report(FILM, Standing.RECEIVING, 0.5, 2_000_000.0, 4.0)
NOW = 100.0
LEAST_S = 1 / Limits().reports_per_s


def telling(report: Report, reporting: Reporting, now: float) -> list[Report]:
    reporting.own = report
    effects = reporting.tell(now)
    assert all(isinstance(effect, SendToServer) for effect in effects)
    return [one.message for one in effects if isinstance(one, SendToServer) and isinstance(one.message, Report)]


def test_where_nothing_is_on_nothing_is_said() -> None:
    assert Reporting().tell(NOW) == []


def test_figures_are_told_every_other_second_and_only_where_they_change() -> None:
    reporting = Reporting()
    assert telling(HALF, reporting, NOW) == [HALF]
    more = replace(HALF, share=0.6)
    assert telling(more, reporting, NOW + EVERY_S - 0.01) == []
    assert telling(more, reporting, NOW + EVERY_S) == [more]
    assert telling(more, reporting, NOW + 100) == []


def test_a_new_standing_is_told_at_once() -> None:
    reporting = Reporting()
    telling(HALF, reporting, NOW)
    paused = replace(HALF, standing=Standing.PAUSED)
    assert telling(paused, reporting, NOW + LEAST_S) == [paused]
    other = replace(paused, film_id="ff" * 32)
    assert telling(other, reporting, NOW + 2 * LEAST_S) == [other]
    lacking = replace(other, lacks="ac-3")
    assert telling(lacking, reporting, NOW + 3 * LEAST_S) == [lacking]


def test_a_standing_that_flutters_is_told_no_faster_than_the_server_listens() -> None:
    reporting = Reporting()
    told = 0
    for step in range(1000):
        standing = Standing.RECEIVING if step % 2 else Standing.CONNECTING
        told += len(telling(replace(HALF, standing=standing), reporting, NOW + step / 10))
    assert told <= 100 / LEAST_S + 1


def test_a_server_that_listens_less_is_told_less() -> None:
    reporting = Reporting()
    reporting.ready(Limits(reports_per_s=0.25))
    telling(HALF, reporting, NOW)
    for other in (replace(HALF, share=0.6), replace(HALF, standing=Standing.PAUSED)):
        assert telling(other, reporting, NOW + 3.9) == []
    assert telling(replace(HALF, share=0.6), reporting, NOW + 4) == [replace(HALF, share=0.6)]


def test_what_nobody_sees_is_no_news() -> None:
    reporting = Reporting()
    telling(HALF, reporting, NOW)
    assert telling(replace(HALF, share=0.5004, rate_Bps=2_004_000.0, ahead_s=4.9), reporting, NOW + 10) == []


def test_nothing_is_rounded_up_to_the_whole() -> None:
    assert rounded(replace(HALF, share=0.99999)).share == 0.999
    assert rounded(replace(HALF, share=1.0)).share == 1.0


def test_a_new_connection_is_told_everything_and_knows_nothing() -> None:
    reporting = Reporting()
    reporting.heard(Reports((Reported("ben", HALF),)))
    telling(HALF, reporting, NOW)
    reporting.ready(Limits())
    assert reporting.of("ben", FILM) is None
    assert telling(HALF, reporting, NOW + 0.1) == [HALF]


def test_the_last_report_counts_and_only_of_that_film() -> None:
    reporting = Reporting()
    reporting.heard(Reports((Reported("ben", HALF), Reported("cy", HALF))))
    reporting.heard(Reports((Reported("ben", replace(HALF, share=0.75)),)))
    assert reporting.of("ben", FILM) == replace(HALF, share=0.75)
    assert reporting.of("cy", FILM) == HALF
    assert reporting.of("cy", "ff" * 32) is None
    assert reporting.of("zoe", FILM) is None


def test_who_is_gone_or_away_has_said_nothing() -> None:
    reporting = Reporting()
    reporting.heard(Reports((Reported("ada", HALF), Reported("ben", HALF), Reported("cy", HALF))))
    reporting.room_changed(room(ADA, away(BEN)))
    assert set(reporting.others) == {"ada"}
    reporting.room_changed(room(ADA, BEN, CY))
    assert set(reporting.others) == {"ada"}


def test_what_it_means_for_the_others_is_told_at_once() -> None:
    reporting = Reporting()
    telling(HALF, reporting, NOW)
    ready = replace(HALF, buffer=Buffer.READY)
    assert telling(ready, reporting, NOW + LEAST_S) == [ready]
    elsewhere = replace(ready, seen=8)
    assert telling(elsewhere, reporting, NOW + 2 * LEAST_S) == [elsewhere]


def test_a_need_is_rounded_up_and_a_drift_to_a_millisecond() -> None:
    found = rounded(replace(HALF, need_s=3.2, drift_s=-0.0123))
    assert (found.need_s, found.drift_s) == (4.0, -0.012)


def test_a_drift_that_nobody_sees_is_no_news() -> None:
    reporting = Reporting()
    near, far = replace(HALF, drift_s=0.001), replace(HALF, drift_s=0.005)
    assert telling(near, reporting, NOW) == [near]
    assert telling(far, reporting, NOW + 10) == []
    assert telling(replace(far, share=0.6), reporting, NOW + 10) == [replace(far, share=0.6)]
    away = replace(HALF, share=0.6, drift_s=0.011)
    assert telling(away, reporting, NOW + 20) == [away]
    assert telling(replace(away, drift_s=None), reporting, NOW + 30) == [replace(away, drift_s=None)]
