"""The switchboard of a browser that has no connections: whoever is there, or calls, is told so; nobody is called."""

from app.peers.switchboard import Action, Switchboard
from app.peers.words import parse


class Unplugged(Switchboard):
    """In place of a `Switchboard`, with whom nobody is ever connected."""

    @property
    def unable(self) -> frozenset[str]:
        """All of them: it takes two."""
        return self._wanted

    def heard(self, peer: str, payload: str, now: float) -> list[Action]:  # noqa: ARG002
        """`peer` said something through the server: whatever asks for a connection is answered."""
        said = parse(payload)
        asks = said is not None and said.kind in ("knock", "offer")
        return [self._say(peer, None, "unable", "")] if asks and peer in self._wanted else []

    def _begin(self, peer: str, now: float) -> list[Action]:  # noqa: ARG002
        return [self._say(peer, None, "unable", "")]
