"""Screens that follow the room in fake time: what must hold in every world, by seeds. Times in seconds."""

from itertools import pairwise

import pytest

from app.playback.player import SetPlayer
from app.playback.swing import TURNS_EVERY_S
from tests.support.cinema import Cinema
from tests.support.rules import RULES, Ours
from tests.support.screens import BUSY, CITY, FAR, LAN, NETWORKS, SKEWED, STALLING, Network, Story

STEADY: Story = ((4.0, "play", None), (640.0, "end", None))
SETTLED_S = 40.0
PUSHED: Story = ((4.0, "play", None), (50.0, "end", None))
PAUSED: Story = ((4.0, "play", None), (20.0, "pause", None), (60.0, "end", None))


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


def settled(network: Network, seed: int) -> Cinema:
    """A steady film, after its first seconds."""
    cinema = Cinema(Ours, network, seed, STEADY)
    cinema.world.run(SETTLED_S)
    cinema.found.clear()
    for screen in cinema.screens:
        screen.video.seeks = 0
    return cinema


def orders_of(cinema: Cinema, number: int) -> list[tuple[float, SetPlayer]]:
    """What one screen's element is told from now on, and when."""
    found: list[tuple[float, SetPlayer]] = []
    video = cinema.screens[number].video
    obey = video.obey

    def listen(order: SetPlayer) -> None:
        found.append((cinema.world.now, order))
        obey(order)

    video.obey = listen  # type: ignore[method-assign]
    return found


@pytest.mark.parametrize("seed", range(2))
def test_ten_steady_minutes(seed: int) -> None:
    found = settled(CITY, seed).watch()
    assert found.seeks == 0
    assert percentile(found.between, 0.95) <= 0.025
    assert percentile(found.against_room, 0.95) <= 0.025
    assert found.beyond_one_s <= 0.01 * found.watched_s
    assert found.frozen_s == 0


@pytest.mark.parametrize("network", [LAN, CITY, FAR, SKEWED], ids=lambda network: network.name)
def test_a_steady_film_is_never_sought(network: Network) -> None:
    for seed in range(10, 14):
        assert Cinema(Ours, network, seed, PUSHED).watch().seeks == 0


@pytest.mark.parametrize("by_s", [-0.95, -0.3, 0.3, 0.95])
@pytest.mark.parametrize("network", [LAN, CITY, FAR], ids=lambda network: network.name)
def test_whoever_is_pushed_out_of_step_is_back_in_twenty_seconds_and_turns_back_at_most_once(
    network: Network, by_s: float
) -> None:
    cinema = Cinema(Ours, network, 7, PUSHED)
    cinema.world.run(20.0)
    cinema.screens[1].video.push(by_s)
    orders = orders_of(cinema, 1)
    cinema.world.run(40.0)
    assert cinema.screens[1].video.seeks == 0
    own, target = cinema.screens[1].video.position(40.0), cinema.server.timeline.position_at(40.0)
    assert abs(own - target) < 0.05
    bends = [order.rate > 1 for _, order in orders if order.rate is not None and abs(order.rate - 1) > 0.012]
    assert sum(one != other for one, other in pairwise(bends)) <= 1


def test_corrections_of_a_steady_film_are_few() -> None:
    cinema = settled(CITY, 3)
    orders = orders_of(cinema, 0)
    cinema.watch()
    seconds = STEADY[-1][0] - SETTLED_S
    assert len(orders) <= seconds / TURNS_EVERY_S + 0.2 * seconds


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_who_is_paused_stays_paused_at_one_place(network: Network) -> None:
    for seed in range(3):
        cinema = Cinema(Ours, network, seed, PAUSED)
        cinema.world.run(25.0)
        orders = [orders_of(cinema, screen.number) for screen in cinema.screens]
        cinema.watch()
        assert orders == [[], [], []]
        assert all(screen.video.paused for screen in cinema.screens)
        places = {screen.video.position(cinema.world.now) for screen in cinema.screens}
        assert max(places) - min(places) < 0.002


@pytest.mark.parametrize("network", [LAN, CITY], ids=lambda network: network.name)
def test_a_tab_at_the_back_is_left_alone_and_put_right_when_it_comes_back(network: Network) -> None:
    cinema = Cinema(Ours, network, 7, PUSHED)
    cinema.world.run(20.0)
    screen, page = cinema.screens[1], cinema.pages[1]
    assert isinstance(page, Ours)
    orders = orders_of(cinema, 1)
    page.turned(True)
    screen.video.push(-0.15)
    cinema.world.run(30.0)
    assert [order for _, order in orders] in ([], [SetPlayer(rate=1.0, keeps_pitch=False)])
    orders.clear()
    page.turned(False)
    cinema.world.run(30.2)
    assert [order.rate is not None and order.rate > 1 for _, order in orders] == [True]
    cinema.world.run(40.0)
    assert abs(screen.video.position(40.0) - cinema.server.timeline.position_at(40.0)) < 0.02
    assert screen.video.seeks == 0


@pytest.mark.parametrize("by_s", [-0.3, 0.3])
def test_a_tab_that_goes_to_the_back_while_it_catches_up_stays_where_it_is(by_s: float) -> None:
    cinema = Cinema(Ours, LAN, 7, PUSHED)
    cinema.world.run(20.0)
    screen, page = cinema.screens[1], cinema.pages[1]
    assert isinstance(page, Ours)
    screen.video.push(by_s)
    cinema.world.run(21.0)
    assert abs(screen.video.rate - 1) > 0.03
    page.turned(True)
    cinema.world.run(22.5)
    assert (screen.video.rate, page.follower.drift_s) == (1.0, None)
    off = screen.video.position(22.5) - cinema.server.timeline.position_at(22.5)
    cinema.world.run(45.0)
    assert abs(screen.video.position(45.0) - cinema.server.timeline.position_at(45.0) - off) < 0.01


@pytest.mark.parametrize("seed", range(4))
def test_a_tab_at_the_back_is_where_the_room_is_although_it_is_woken_once_a_second(seed: int) -> None:
    story: Story = (
        (4.0, "play", None), (20.0, "pause", None), (40.0, "play", None), (60.0, "seek", 900.0), (100.0, "end", None),
    )  # fmt: skip
    cinema = Cinema(Ours, CITY, seed, story)
    cinema.world.run(15.0)
    video, page = cinema.screens[1].video, cinema.pages[1]
    assert isinstance(page, Ours)
    page.turned(True)
    cinema.world.run(20.2)
    assert video.paused
    for moment in (45.0, 65.0):
        cinema.world.run(moment)
        assert abs(video.position(moment) - cinema.server.timeline.position_at(moment)) < 0.3
    page.turned(False)
    cinema.world.run(75.0)
    assert abs(video.position(75.0) - cinema.server.timeline.position_at(75.0)) < 0.03


def test_a_tab_at_the_back_starts_with_the_others_all_the_same() -> None:
    cinema = Cinema(Ours, LAN, 3, PAUSED)
    cinema.world.run(3.0)
    page = cinema.pages[1]
    assert isinstance(page, Ours)
    page.turned(True)
    cinema.world.run(15.0)
    off = cinema.screens[1].video.position(15.0) - cinema.server.timeline.position_at(15.0)
    assert abs(off) < 1.5
    assert not page.follower.beginning.under_way
    learnt = page.follower.beginning.start_delay.value
    page.turned(False)
    cinema.world.run(17.0)
    assert page.follower.beginning.start_delay.value == learnt


def test_where_machines_have_too_much_to_do_pictures_catch_up_with_their_sound() -> None:
    for seed in range(2):
        cinema = settled(BUSY, seed)
        orders = orders_of(cinema, 0)
        found = cinema.watch()
        assert percentile(found.between, 0.5) <= 0.008
        assert percentile(found.between, 0.95) <= 0.030
        assert found.beyond_one_s == found.seeks == 0
        assert all(order.rate is not None and not order.keeps_pitch for _, order in orders)


def test_after_a_stall_everybody_is_together_again() -> None:
    for seed in range(4):
        cinema = Cinema(Ours, STALLING, seed, PUSHED)
        cinema.world.run(50.0)
        cinema.found.clear()
        cinema.world.run(55.0)
        assert percentile(cinema.found.between, 0.95) < 0.03


def test_whatever_others_do_the_same_evening_is_theirs() -> None:
    """One seed is one world: the machines, the lines and the troubles do not depend on the rule."""
    worlds = {
        name: [(screen.clock.page(10.0), screen.video.start_delay_s) for screen in Cinema(rule, CITY, 5).screens]
        for name, rule in RULES.items()
    }
    assert len({str(world) for world in worlds.values()}) == 1


@pytest.mark.parametrize("name", RULES)
def test_every_rule_plays_the_film_through(name: str) -> None:
    cinema = Cinema(RULES[name], CITY, 1)
    cinema.watch()
    assert all(1810 < screen.video.position(cinema.world.now) < 1825 for screen in cinema.screens)
