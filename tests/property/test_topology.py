"""Whatever the roster: who connects to whom is mutual, small, and holds the room together."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.peers.topology import DEGREE, neighbours

rosters = st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=100, unique=True)


@settings(deadline=None, max_examples=60)
@given(rosters, st.data())
def test_the_graph_of_a_room(members: list[str], data: st.DataObject) -> None:
    sources = data.draw(st.lists(st.sampled_from(members), max_size=2, unique=True))
    graph = {me: neighbours(me, members, sources) for me in members}
    for me, near in graph.items():
        assert me not in near
        assert all(me in graph[other] for other in near)
        if me not in sources:
            assert len(near - set(sources)) <= DEGREE
    assert reached(graph, members[0], len(members)) == set(members)
    for source in sources:
        assert reached(graph, source, 2) == set(members)


def reached(graph: dict[str, frozenset[str]], start: str, steps: int) -> set[str]:
    """Everybody within so many steps."""
    found = edge = {start}
    for _ in range(steps):
        edge = {other for me in edge for other in graph[me]} - found
        found = found | edge
        if not edge:
            break
    return found
