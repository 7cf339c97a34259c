"""Who connects to whom."""

from itertools import combinations

from app.peers.topology import initiates, neighbours

MEMBERS = ["ada", "ben", "cy", "Dee"]


def test_everybody_connects_to_everybody_else() -> None:
    for me in MEMBERS:
        assert neighbours(me, MEMBERS) == set(MEMBERS) - {me}


def test_whoever_is_alone_or_not_yet_listed() -> None:
    assert neighbours("ada", ["ada"]) == frozenset()
    assert neighbours("ada", []) == frozenset()
    assert neighbours("new", ["ada"]) == {"ada"}


def test_neighbours_are_mutual() -> None:
    assert all((b in neighbours(a, MEMBERS)) == (a in neighbours(b, MEMBERS)) for a, b in combinations(MEMBERS, 2))


def test_of_two_exactly_one_initiates() -> None:
    for a, b in combinations(MEMBERS, 2):
        assert initiates(a, b) != initiates(b, a)
