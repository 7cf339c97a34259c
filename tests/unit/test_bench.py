"""The computations behind the benches' figures, on recordings made by hand."""

import pytest

from app.room.codec import encode
from app.room.messages import Chat, Happened, SetPolicy
from app.room.state import Policy
from tests.bench import boot, drift, first_frame, pair, server, swarm, sync_rules
from tests.support.crowd import Deliveries
from tests.support.screens import Found


def playing(
    ahead_ms: float = 0.0, *, start_ms: float = 1000.0, seconds: float = 4.0, seeks: int = 0
) -> drift.Recording:
    """A page that plays from `start_ms` at 25 frames a second, `ahead_ms` ahead of the wall clock."""
    frames = [
        drift.Frame(start_ms + number * 40, (start_ms + number * 40 + ahead_ms) / 1000)
        for number in range(int(seconds * 25))
    ]
    return drift.Recording(tuple(frames), seeks)


def test_position_lies_between_two_frames() -> None:
    recording = playing()
    assert recording.position_at(1050) == pytest.approx(1.05)
    assert recording.position_at(999) is None
    assert recording.position_at(99_999) is None


def test_no_position_across_a_pause_or_a_seek_back() -> None:
    first, second = drift.Frame(0, 10), drift.Frame(40, 10.04)
    assert drift.Recording((first, drift.Frame(drift.GAP_MS + 1, 10.04)), 0).position_at(20) is None
    assert drift.Recording((second, drift.Frame(80, 3.0)), 0).position_at(60) is None
    assert drift.Recording((first, second), 0).position_at(20) == pytest.approx(10.02)


def test_drift_of_two_pages_is_their_distance() -> None:
    found = drift.drifts_ms([playing(0), playing(20)])
    assert len(found) == pytest.approx(4000 / drift.SAMPLE_MS, abs=2)
    assert found == pytest.approx([20.0] * len(found), abs=0.01)


def test_drift_of_three_pages_counts_every_pair() -> None:
    found = sorted(drift.drifts_ms([playing(0), playing(10), playing(30)]))
    third = len(found) // 3
    assert [found[0], found[third], found[-1]] == pytest.approx([10, 20, 30], abs=0.01)


def test_frames_shown_at_other_moments_are_no_drift() -> None:
    assert max(drift.drifts_ms([playing(start_ms=1000), playing(start_ms=1017)])) == pytest.approx(0, abs=0.01)


def test_a_page_without_frames_gives_no_drift() -> None:
    assert drift.drifts_ms([playing(), drift.Recording((), 0)]) == []


def test_start_skew_is_how_far_the_first_frames_are_apart() -> None:
    # The second page shows the same media 25 ms later, and began with a later frame.
    early, late = playing(0), playing(-25, start_ms=1200)
    assert drift.start_skew_ms([early, late], 900) == pytest.approx(25, abs=0.01)


def test_a_frame_that_missed_a_refresh_is_no_skew() -> None:
    first, *rest = playing().frames
    late = drift.Recording((drift.Frame(first.wall_ms + 30, first.media_s), *rest), 0)
    assert drift.start_skew_ms([playing(), late], 900) == pytest.approx(0, abs=0.01)


def test_a_page_that_never_starts_has_no_skew() -> None:
    assert drift.start_skew_ms([playing(), playing(start_ms=100, seconds=0.2)], 900) is None
    assert drift.start_skew_ms([playing(), drift.Recording((drift.Frame(950, 1.0),), 0)], 900) is None


@pytest.mark.parametrize(("share", "value"), [(0.5, 10), (0.95, 19), (1.0, 20), (0.01, 1)])
def test_percentile_is_by_nearest_rank(share: float, value: float) -> None:
    assert drift.percentile(list(range(20, 0, -1)), share) == value


def test_percentile_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        drift.percentile([], 0.5)


def test_drift_figures() -> None:
    steady = {"ann": playing(0), "ben": playing(8), "far": playing(20, seeks=2), "slow": playing(-60)}
    start = {"ann": playing(0), "ben": playing(-5), "far": playing(-12), "slow": playing(-25)}
    bare = {"ann": playing(0), "ben": playing(-14)}
    found = drift.figures(drift.Evening(steady, [(start, 900.0)], [(bare, 900.0)]), 60.04)
    assert found == {
        "p50_ms": 8.0,
        "p95_ms": 8.0,
        "start_skew_p50_ms": 5.0,
        "start_skew_p95_ms": 5.0,
        "far_p50_ms": 12.0,
        "far_p95_ms": 20.0,
        "far_start_skew_p50_ms": 12.0,
        "far_start_skew_p95_ms": 12.0,
        "slow_p50_ms": 60.0,
        "slow_p95_ms": 68.0,
        "slow_start_skew_p50_ms": 25.0,
        "slow_start_skew_p95_ms": 25.0,
        "bare_start_skew_p50_ms": 14.0,
        "bare_start_skew_p95_ms": 14.0,
        "seeks": 2,
        "beyond_one_percent_share": 0.0,
        "seconds": 60.0,
    }


def test_who_does_not_start_has_no_figures() -> None:
    steady = {name: playing() for name in ("ann", "ben", "far", "slow")}
    with pytest.raises(ValueError, match="did not start"):
        drift.figures(drift.Evening(steady, [({**steady, "far": drift.Recording((), 0)}, 900.0)], []), 60.0)


def test_a_recording_is_on_the_machines_clock() -> None:
    raw = {"began_ms": 5000.0, "frames": [[40.0, 1.04, 1.0, 39.0], [0.0, 1.0, 1.0, -1.0]], "events": [], "seeks": 3}
    assert drift.recording(raw) == drift.Recording((drift.Frame(5000, 1.0), drift.Frame(5040, 1.04)), 3)


def test_pair_figures_are_medians_and_shares() -> None:
    rates = {"ours": [9.0, 10.0, 30.0], "bare": [20.0, 21.0, 19.0], "webtorrent": [8.0, 8.0, 8.0]}
    assert pair.figures(rates) == {
        "ours_MBps": 10.0,
        "bare_MBps": 20.0,
        "webtorrent_MBps": 8.0,
        "ours_over_bare": 0.5,
        "ours_over_webtorrent": 1.25,
    }


def test_a_swarms_time_runs_from_the_first_bytes_anywhere_to_the_last() -> None:
    assert swarm.outcome([[1000.0, 9000.0], [500.0, 8000.0]], 7.0) == swarm.Outcome(8.5, 7.0)


def test_swarm_figures_are_over_what_cannot_be_beaten() -> None:
    size = 32_000_000
    assert swarm.fluid_s(size) == 16.0
    found = {"ours": [swarm.Outcome(16.0, size), swarm.Outcome(20.0, size), swarm.Outcome(24.0, 2 * size)]}
    assert swarm.figures(found, size) == {"viewers": 4, "ours_over_fluid": 1.25, "ours_source_ratio": 1.0}


def test_the_middle_of_the_longest_untouched_part() -> None:
    assert first_frame.untouched([0, 1, 9, 2, 2], 10) == 5
    assert first_frame.untouched([9], 10) == 4
    assert first_frame.untouched([0, 1, 2], 10) == 6
    assert first_frame.untouched([], 1) == 0


def test_where_everything_has_come_there_is_nothing_to_seek_to() -> None:
    with pytest.raises(ValueError, match="every piece"):
        first_frame.untouched(range(10), 10)


def test_first_frame_figures_are_medians_and_no_refetched_piece_is_lost_in_them() -> None:
    rounds = [
        first_frame.Outcome(1000.0, (500.0, 900.0), 3000.0, 0),
        first_frame.Outcome(2000.4, (700.0, 600.0), 5000.0, 2),
        first_frame.Outcome(1500.0, (650.0, 9000.0), 4000.0, 1),
    ]
    assert first_frame.figures(rounds) == {
        "first_frame_ms": 1500,
        "seek_ms": 675,
        "reload_ms": 4000,
        "refetched_pieces": 3,
    }


def test_sync_rules_figures_are_over_all_evenings_and_per_hour() -> None:
    one = Found(between=[0.001] * 19, against_room=[0.004], starts=[0.01], watched_s=900, bent_s=3, seeks=1)
    other = Found(between=[0.05], against_room=[0.002], starts=[0.03], watched_s=900, frozen_s=2)
    assert sync_rules.figures(sync_rules.added([one, other])) == {
        "p50_ms": 1.0,
        "p95_ms": 1.0,
        "room_p50_ms": 2.0,
        "room_p95_ms": 4.0,
        "start_p95_ms": 30.0,
        "bent_s": 6.0,
        "stands_s": 4.0,
        "seeks": 2.0,
    }


def test_ratios_of_starts_are_medians_of_the_rounds_not_ratios_of_medians() -> None:
    def seen(cold: float, warm: float, hello: float) -> boot.Round:
        return boot.Round(boot.Visit(cold, 90), boot.Visit(warm, 80), boot.Visit(hello, 1), boot.Visit(hello / 2, 1))

    found = boot.figures([seen(500, 100, 1000), seen(600, 200, 2000), seen(900, 300, 1500)], 3 * 1024 * 1024)
    assert found == {
        "cold_ms": 600, "warm_ms": 200, "hello_cold_ms": 1500, "hello_warm_ms": 750,
        "cold_ratio": 0.5, "warm_ratio": 0.2, "first_paint_ms": 90, "transfer_kib": 3072,
    }  # fmt: skip


async def test_deliveries_are_counted_and_timed() -> None:
    deliveries = Deliveries()
    deliveries.ask(7, 2)
    deliveries.asked[7] = 1.0
    deliveries.hear(8, 1.0)  # somebody else's
    deliveries.hear(7, 1.25)
    deliveries.hear(7, 1.75)
    await deliveries.all_heard(7)
    assert deliveries.count == 2
    assert server.firsts_ms(deliveries) == [250.0]
    assert server.spreads_ms(deliveries) == [500.0]
    assert server.delays_ms(deliveries) == [250.0, 750.0]


def test_an_event_is_known_by_its_number_on_both_servers() -> None:
    said = encode(Happened(123, 1763764000.1234567, "m" * 12, Chat("000042".ljust(91, "x")), "c000042")).encode()
    assert len(said) == server.FRAME_BYTES
    assert server.our_mark(said) == 42
    assert server.our_mark(encode(Happened(2, 1.0, "m", SetPolicy(Policy()), "n7")).encode()) == 7
    assert server.our_mark(b'{"type":"pong"}') is None
    theirs = server.their_words(42).replace(b"say", b"said")
    assert len(theirs) == server.FRAME_BYTES
    assert server.their_mark(theirs) == 42
    assert server.their_mark(b'40{"sid":"x"}') is None


def test_server_figures_are_medians_and_shares() -> None:
    ours = [{"us_per_delivery": value, "kib_per_member": 15.0, "commands_per_s": 900.0} for value in (4.0, 3.0, 9.0)]
    theirs = [{"us_per_delivery": 8.0, "kib_per_member": 20.0}] * 3
    assert server.figures({"ours": ours, "socketio": theirs}) == {
        "us_per_delivery": 4.0,
        "kib_per_member": 15.0,
        "commands_per_s": 900.0,
        "socketio_us_per_delivery": 8.0,
        "us_per_delivery_over_socketio": 0.5,
        "socketio_kib_per_member": 20.0,
        "kib_per_member_over_socketio": 0.75,
    }
