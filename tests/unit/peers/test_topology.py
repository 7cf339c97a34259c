"""Who connects to whom."""

from itertools import combinations

from app.peers.topology import DEGREE, initiates, neighbours

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


def test_a_large_room_is_no_full_mesh() -> None:
    members = [f"m{number}" for number in range(40)]
    assert all(0 < len(neighbours(me, members)) <= DEGREE for me in members)


def test_whoever_goes_changes_only_the_places_next_to_it() -> None:
    members = [f"m{number}" for number in range(60)]
    gone = "m17"
    left = [member for member in members if member != gone]
    moved = [me for me in left if neighbours(me, left) - neighbours(me, members)]
    assert set(moved) <= neighbours(gone, members)


def test_a_source_is_near_to_everybody() -> None:
    members = [f"m{number}" for number in range(60)]
    near = neighbours("m5", members, ["m5"])
    assert len(near) > DEGREE
    assert all("m5" in neighbours(member, members, ["m5"]) for member in near)
    assert set(members) == {"m5"} | near | {far for member in near for far in neighbours(member, members, ["m5"])}


def test_a_source_that_is_not_here_does_not_count() -> None:
    members = [f"m{number}" for number in range(60)]
    assert neighbours("m1", members, ["gone"]) == neighbours("m1", members)
