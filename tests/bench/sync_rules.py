"""Our way of keeping in step beside the published rules of others, in fake time: the same worlds for everyone.

Three screens watch an evening of a minute: a start, a pause, a start, a seek. See `tests/support/screens.py` for what
the world does to them, and `tests/support/rules.py` for who does what and what is assumed. Figures are over all
evenings of a network; seconds and seeks are per hour that one screen watches. No browser, no network, no waiting.
"""

from collections.abc import Iterable
from dataclasses import fields

from tests.bench.common import Figures, Options, tell
from tests.bench.drift import percentile
from tests.support.cinema import Cinema
from tests.support.rules import RULES
from tests.support.screens import NETWORKS, Found

SEEDS = 200
HOUR_S = 3600.0


def added(evenings: Iterable[Found]) -> Found:
    """All evenings as if they were one."""
    total = Found()
    for found in evenings:
        for part in fields(Found):
            setattr(total, part.name, getattr(total, part.name) + getattr(found, part.name))
    return total


def figures(found: Found) -> Figures:
    """Drift between any two screens and against the room, and the spread of starts, in ms; the rest per hour."""
    between, room, hours = sorted(found.between), sorted(found.against_room), found.watched_s / HOUR_S
    return {
        "p50_ms": round(percentile(between, 0.5) * 1000, 1),
        "p95_ms": round(percentile(between, 0.95) * 1000, 1),
        "room_p50_ms": round(percentile(room, 0.5) * 1000, 1),
        "room_p95_ms": round(percentile(room, 0.95) * 1000, 1),
        "start_p95_ms": round(percentile(found.starts, 0.95) * 1000, 1),
        "bent_s": round(found.bent_s / hours, 1),
        "stands_s": round(found.frozen_s / hours, 1),
        "seeks": round(found.seeks / hours, 1),
    }


async def run(options: Options) -> Figures:
    """Every rule in every network; keys are network/rule/figure. The options do not matter."""
    table: Figures = {}
    for network in NETWORKS:
        for name, rule in RULES.items():
            found = figures(added(Cinema(rule, network, seed).watch() for seed in range(SEEDS)))
            tell(f"{network.name:14} {name:17} " + " ".join(f"{key} {value:g}" for key, value in found.items()))
            table |= {f"{network.name}/{name}/{key}": value for key, value in found.items()}
    return table
