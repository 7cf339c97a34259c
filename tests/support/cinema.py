"""An evening in fake time: a room of screens that follow one rule, a story of what people press, and what was seen."""

import itertools
import random
from collections.abc import Sequence
from functools import partial

from tests.support.rules import Rule
from tests.support.screens import EVENING, Found, Network, Screen, Story, World

SCREENS = 3
SAMPLE_S = 0.1
PRESSED_S = 2.0
# As real pages had them on a machine with too much to do.
HICCUPS_S = (0.007, 0.010, 0.012, 0.015, 0.020, 0.022, 0.022, 0.028)


class Cinema:
    """`watch` it to its end, and read `found`."""

    def __init__(self, rule: type[Rule], network: Network, seed: int, story: Story = EVENING) -> None:
        self.world = World(seed)
        self.server = rule.server(self.world)
        self.screens = [Screen(self.world, network, number) for number in range(SCREENS)]
        for screen in self.screens:
            self.server.pages.append(rule(screen, self.server))
        self.found = Found()
        self._story, self._ends = story, story[-1][0]
        self._starting = False
        self._pardoned = 0
        self._schedule(network)

    @property
    def pages(self) -> Sequence[Rule]:
        """The rules at work, screen by screen."""
        return self.server.pages

    def _schedule(self, network: Network) -> None:
        world = self.world
        for when, command, position in self._story[:-1]:
            world.at(when, partial(self._press, command, position))
        for screen in self.screens:
            self._hiccup(screen, network, world.chance(f"hiccups {screen.number}"))
            chance = world.chance(f"troubles {screen.number}")
            for _ in range(network.stalls):
                for_s = chance.uniform(0.3, 2.0)
                world.at(chance.uniform(6, self._ends - 5), partial(screen.video.stall, for_s))
            for _ in range(network.jumps if screen.number == 1 else 0):
                by_s = chance.choice((-1, 1)) * chance.uniform(0.1, 0.5)
                when = chance.uniform(10, self._ends - 15)
                world.at(when, partial(self._leap, screen, by_s))
        world.at(SAMPLE_S, self._sample)

    def _hiccup(self, screen: Screen, network: Network, chance: random.Random) -> None:
        """The next one, and all that follow."""

        def happen() -> None:
            if screen.video.runs(self.world.now):
                screen.video.hiccup(chance.choice(HICCUPS_S))
            self._hiccup(screen, network, chance)

        if network.hiccups:
            self.world.at(self.world.now + chance.expovariate(network.hiccups / 60), happen)

    def watch(self) -> Found:
        """Let the evening pass."""
        self.world.run(self._ends)
        self.found.seeks += sum(screen.video.seeks for screen in self.screens) - self._pardoned
        return self.found

    def _press(self, command: str, position: float | None) -> None:
        self._starting = command == "play"
        if command == "seek":
            for screen in self.screens:
                self.world.at(self.world.now + PRESSED_S, partial(self._pardon, screen, screen.video.seeks))
        self.pages[0].pressed(command, position)

    def _pardon(self, screen: Screen, before: int) -> None:
        """One seek was asked for by the press."""
        self._pardoned += screen.video.seeks > before

    def _leap(self, screen: Screen, by_s: float) -> None:
        screen.clock.leap(self.world.now, by_s)

    def _sample(self) -> None:
        world, now = self.world, self.world.now
        world.at(now + SAMPLE_S, self._sample)
        timeline = self.server.timeline
        if not timeline.playing or now < timeline.anchor:
            return
        found, target = self.found, timeline.position_at(now)
        shown = []
        for screen in self.screens:
            video = screen.video
            if video.starved(now):
                continue
            shown.append(position := video.position(now))
            found.watched_s += SAMPLE_S
            found.against_room.append(abs(position - target))
            if not video.runs(now):
                found.frozen_s += SAMPLE_S
            elif abs(video.rate - 1) > 0.0100001:
                found.beyond_one_s += SAMPLE_S
                found.bent_s += SAMPLE_S if abs(video.rate - 1) > 0.0200001 else 0.0
        if self._starting and all(screen.video.runs(now) for screen in self.screens):
            self._starting = False
            found.starts.append(max(shown) - min(shown))
        found.between += [abs(one - other) for one, other in itertools.combinations(shown, 2)]
