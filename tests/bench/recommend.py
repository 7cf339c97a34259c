"""How well a deck suits two strangers of whom three verdicts each are known, beside simpler ways to make one.

People who rated films are cut into five parts. For each, a model is made of the other four, and pairs are drawn from
the part: three of each one's ratings are told, everything else they rated is the test. A film counts as liked from 4
stars on, as disliked up to 2.5. All ways see the same model and the same pairs.

`ndcg_mean` and `ndcg_min`: nDCG@15 of the two, their mean and the worse. `zrecall`: the share of people who find
nothing they liked.
`joint_hit`: the share of pairs with a film both liked. `disliked`: the share of films shown that somebody disliked.
`vetoed`, `repeats`, `short`: films shown that somebody rated, films shown twice, decks of fewer than 15.
"""

import asyncio
import inspect
import math
import os
import random
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory

import brotli

from app.recommend.group import DECK, Group, deck, open_places
from app.recommend.pack import Pack, read, written
from app.recommend.ranker import Ranker, standard
from app.recommend.taste import ENOUGH, Taste, Verdict, taste
from signalling.site import LIBRARY, PYODIDE, bundle
from tests.bench.common import ROOT, Options, page_server, tell
from tests.bench.one_browser import one_browser
from tools.build_pack import LIKED, Table, kept, model, table

PACK = ROOT / "packs" / "movielens" / "films.pack"
TABLE = "MATINEE_RATINGS"
FOLDS = 5
PAIRS = 600
SEED = 2015
LOVED = 4.5
FAIR = 3.5
DISLIKED = 2.5
# Where decks of two are timed, 50 times.
TIMED = 50

Stars = Mapping[int, float]
Way = Callable[[Ranker, Group, random.Random], Sequence[int]]


class NoTableError(Exception):
    """There is nothing to measure with."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people: what is told of each, and what else each thought of films, by number."""

    told: tuple[Taste, Taste]
    kept_back: tuple[Stars, Stars]

    @property
    def group(self) -> Group:
        """The two as the page would send them."""
        return Group({"a": self.told[0], "b": self.told[1]})


def ours(ranker: Ranker, group: Group, _: random.Random) -> list[int]:
    """The deck that rooms get."""
    return [pick.film for pick in deck(ranker, group)]


def average(ranker: Ranker, group: Group, _: random.Random) -> list[int]:
    """The films that are best on average."""
    return _best(ranker, group, lambda scores: sum(scores))


def least_misery(ranker: Ranker, group: Group, _: random.Random) -> list[int]:
    """The films that are best for whom they suit less."""
    return _best(ranker, group, min)


def popularity(ranker: Ranker, group: Group, _: random.Random) -> list[int]:
    """The films that most people like; the pack has them in this order."""
    return [ranker.pack.films[place].number for place in open_places(ranker.pack, group)[:DECK]]


def by_chance(ranker: Ranker, group: Group, chance: random.Random) -> list[int]:
    """Any films."""
    return [ranker.pack.films[place].number for place in chance.sample(open_places(ranker.pack, group), DECK)]


WAYS: Mapping[str, Way] = {
    "ours": ours,
    "average": average,
    "least_misery": least_misery,
    "popularity": popularity,
    "random": by_chance,
}


def verdict(stars: float) -> Verdict | None:
    """What somebody who gave so many stars would have said; None: neither this nor that."""
    if stars >= LOVED:
        return Verdict.LOVED
    if stars >= FAIR:
        return Verdict.LIKED
    return Verdict.HATED if stars <= DISLIKED else None


def ndcg(shown: Sequence[int], liked: Collection[int]) -> float:
    """Normalised discounted cumulative gain of a deck, 0 to 1; 0 where nothing was liked."""
    gains = sum(1 / math.log2(at + 2) for at, film in enumerate(shown) if film in liked)
    most = sum(1 / math.log2(at + 2) for at in range(min(len(liked), DECK)))
    return gains / most if most else 0.0


def judged(shown: Sequence[int], pair: Pair) -> dict[str, float]:
    """The figures of one deck."""
    liked = [{film for film, stars in rest.items() if stars >= LIKED} for rest in pair.kept_back]
    disliked = [{film for film, stars in rest.items() if stars <= DISLIKED} for rest in pair.kept_back]
    gains = [ndcg(shown, films) for films in liked]
    refused = pair.told[0].rated | pair.told[1].rated
    return {
        "ndcg_mean": mean(gains),
        "ndcg_min": min(gains),
        "zrecall": mean(float(films.isdisjoint(shown)) for films in liked),
        "joint_hit": float(any(film in liked[0] and film in liked[1] for film in shown)),
        "disliked": sum(film in films for films in disliked for film in shown) / (2 * len(shown)),
        "vetoed": float(len(refused.intersection(shown))),
        "repeats": float(len(shown) - len(set(shown))),
        "short": float(len(shown) < DECK),
    }


def parts(people: Iterable[int], chance: random.Random) -> list[list[int]]:
    """People in `FOLDS` parts, by chance."""
    order = sorted(people)
    chance.shuffle(order)
    return [order[at::FOLDS] for at in range(FOLDS)]


def pairs(pack: Pack, people: Mapping[int, Stars], count: int, chance: random.Random) -> Iterator[Pair]:
    """Pairs of people of whom enough is known."""
    known = {who: {film: given for film, given in stars.items() if film in pack.place} for who, stars in people.items()}
    fit = sorted(
        who for who, stars in known.items() if sum(verdict(given) is not None for given in stars.values()) >= ENOUGH
    )
    for _ in range(count):
        told, rest = zip(*(_told(known[who], chance) for who in chance.sample(fit, 2)), strict=True)
        yield Pair((told[0], told[1]), (rest[0], rest[1]))


def fold(ratings: Table, own: Collection[int], number: int, count: int) -> dict[str, list[dict[str, float]]]:
    """Train without the people of a part, and judge every way on pairs of them."""
    training = [rating for rating in ratings.ratings if rating.person not in own]
    films = kept(ratings, training)
    ranker = Ranker(read(written("training", films, model(films, training))))
    people = defaultdict[int, dict[int, float]](dict)
    for rating in ratings.ratings:
        if rating.person in own:
            people[rating.person][rating.film] = rating.stars
    chance = random.Random(f"{SEED} {number}")
    drawn = list(pairs(ranker.pack, people, count, chance))
    return {name: [judged(way(ranker, pair.group, chance), pair) for pair in drawn] for name, way in WAYS.items()}


def figures(found: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Means; what must never happen is counted."""
    rows = list(found)
    counted = ("vetoed", "repeats", "short")
    return {
        key: sum(row[key] for row in rows) if key in counted else round(mean(row[key] for row in rows), 4)
        for key in rows[0]
    }


# What the page runs, `deck_ms` as it stands below.
IN_THE_PAGE = """
import random, time
from statistics import median
from app.recommend.group import Group, deck
from app.recommend.pack import Pack, read
from app.recommend.ranker import Ranker
from app.recommend.taste import taste
SEED, TIMED = {seed}, {timed}
{timing}
with open("/home/pyodide/films.pack", "rb") as file:
    found = deck_ms(read(file.read()))
found
"""


def deck_ms(pack: Pack) -> float:
    """How long a deck for two takes here, in milliseconds; the median."""
    ranker, chance, took = Ranker(pack), random.Random(SEED), []
    for _ in range(TIMED):
        films = [film.number for film in chance.sample(pack.films[:300], 12)]
        group = Group(
            {"a": taste(films[:4], films[4:5], films[5:6]), "b": taste(films[6:10], films[10:11], films[11:])}
        )
        begin = time.perf_counter()
        deck(ranker, group)
        took.append((time.perf_counter() - begin) * 1000)
    return round(median(took), 2)


async def browser_ms() -> float:
    """The same in the Pyodide of a page, timed by its own Python."""
    code = IN_THE_PAGE.format(seed=SEED, timed=TIMED, timing=inspect.getsource(deck_ms))
    with TemporaryDirectory() as name:
        folder, files = Path(name), {"films.pack": PACK}
        files |= {file: ROOT / "node_modules" / "pyodide" / file for file in (*PYODIDE, LIBRARY, "pyodide-lock.json")}
        files["app.zip"] = folder / "app.zip"
        files["app.zip"].write_bytes(bundle(ROOT / "app", ("recommend",)))
        async with page_server(files) as origin, one_browser(folder, origin) as browser:
            page = await browser.receiver.new_page()
            await page.goto(f"{origin}/recommend.html")
            await page.wait_for_function("() => !!globalThis.measure")
            return round(float(await page.evaluate("code => measure(code)", code)), 2)


async def run(options: Options) -> dict[str, object]:
    """The table is the one named in the environment; `options` do not matter."""
    path = os.environ.get(TABLE, "")
    if not path:
        raise SystemExit(
            f"Set {TABLE} to a table of ratings (CSV with movieId, title, year, genres, userId, rating);"
            " packs/movielens/README.md says where the one of our pack comes from."
        )
    found = await asyncio.to_thread(_measure, Path(path))
    return {**found, "browser_ms": await browser_ms()}


def _measure(path: Path) -> dict[str, object]:
    ratings = table(path)
    groups = parts({rating.person for rating in ratings.ratings}, random.Random(SEED))
    results: dict[str, list[dict[str, float]]] = {name: [] for name in WAYS}
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        waiting = [workers.submit(fold, ratings, frozenset(own), at, PAIRS) for at, own in enumerate(groups)]
        for at, one in enumerate(waiting):
            for name, rows in one.result().items():
                results[name] += rows
            tell(f"part {at + 1} of {FOLDS} is judged")
    data = PACK.read_bytes()
    table_of = {name: figures(rows) for name, rows in results.items()}
    for name, row in table_of.items():
        tell(f"{name:13} " + " ".join(f"{key} {value:g}" for key, value in row.items()))
    return {
        **table_of,
        "server_ms": deck_ms(read(data)),
        "pack_kib": round(len(brotli.compress(data, quality=9)) / 1024, 1),
    }


def _best(ranker: Ranker, group: Group, together: Callable[[Sequence[float]], float]) -> list[int]:
    everybody = [standard(ranker.scores(taste)) for taste in group.tastes.values()]
    total = [together(scores) for scores in zip(*everybody, strict=True)]
    best = sorted(open_places(ranker.pack, group), key=lambda place: (-total[place], place))
    return [ranker.pack.films[place].number for place in best[:DECK]]


def _told(stars: Stars, chance: random.Random) -> tuple[Taste, Stars]:
    """Three verdicts on films, and the rest of the ratings."""
    told = chance.sample(sorted(film for film, given in stars.items() if verdict(given)), ENOUGH)
    said = {kind: [film for film in told if verdict(stars[film]) is kind] for kind in Verdict}
    rest = {film: given for film, given in stars.items() if film not in told}
    return taste(said[Verdict.LOVED], said[Verdict.LIKED], said[Verdict.HATED]), rest
