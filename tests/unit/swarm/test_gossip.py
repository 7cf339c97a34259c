"""What peers tell each other of films."""

from dataclasses import replace

import pytest

from app.swarm import wire
from app.swarm.actions import Action, DropPeer, KeepManifest, SendFrame
from app.swarm.gossip import MAX_EARLY_FILMS, MAX_MANIFESTS_SENT, Gossip, bitfield, kept
from app.swarm.manifests import PATIENCE_S, chunks
from app.swarm.piece_map import PieceMap
from app.swarm.share import Share
from tests.support.builders import KIB, bits, film

OF = film(9 * 64 * KIB, 64 * KIB)
ID = OF.film_id
ALL = b"\xff\x80"


class Hall:
    """Gossip with the table of shares it works on."""

    def __init__(self, *peers: str, known: bool = True, manifest: bool = False) -> None:
        self.shares: dict[str, Share] = {}
        self.gossip = Gossip(self.shares)
        for peer in peers:
            assert self.gossip.open(peer) == []
        if known:
            self.add()
        if manifest:
            self.gossip.adopt(self.share, OF.manifest)

    def add(self) -> list[Action]:
        self.shares[ID] = Share(OF.facts, None)
        return self.gossip.add(self.share)

    @property
    def share(self) -> Share:
        return self.shares[ID]

    def bitfield(self, peer: str, data: bytes = ALL, film_id: str = ID, count: int = 9) -> list[Action]:
        return self.gossip.bitfield(peer, wire.Bitfield(film_id, count, data))

    def have(self, peer: str, piece: int, film_id: str = ID) -> list[Action]:
        return self.gossip.told_have(peer, wire.Have(film_id, piece))


def drops(actions: list[Action]) -> list[str]:
    return [action.peer for action in actions if isinstance(action, DropPeer)]


def test_a_new_peer_is_told_of_the_films_we_can_vouch_for() -> None:
    hall = Hall("ada", known=True)
    assert hall.gossip.open("bo") == []
    hall.share.held.add(8)
    told = wire.Bitfield(ID, 9, b"\0\x80")
    assert hall.gossip.adopt(hall.share, OF.manifest) == [SendFrame("ada", told), SendFrame("bo", told)]
    assert hall.gossip.open("cy") == [SendFrame("cy", told)]
    assert bitfield(hall.share) == told


def test_a_piece_is_told_to_everyone() -> None:
    hall = Hall("ada", "bo", manifest=True)
    hall.bitfield("ada")
    assert hall.gossip.have(hall.share, 3) == [SendFrame(peer, wire.Have(ID, 3)) for peer in ("ada", "bo")]


def test_what_peers_hold_is_known() -> None:
    hall = Hall("ada")
    assert hall.have("ada", 3) == []
    assert hall.share.maps == {}
    assert hall.bitfield("ada", b"\x80\0") == []
    assert hall.have("ada", 8) == []
    assert hall.share.maps["ada"].bits == bits(0, 8)
    hall.bitfield("ada", b"\x40\0")
    assert hall.share.maps["ada"].bits == bits(1)


@pytest.mark.parametrize(("count", "data"), [(9, b"\xff\xff"), (8, b"\xff"), (10, b"\0\0"), (17, b"\0\0\0")])
def test_a_bitfield_that_does_not_fit_the_film_ends_it(count: int, data: bytes) -> None:
    hall = Hall("ada", manifest=True)
    assert drops(hall.bitfield("ada", data, count=count)) == ["ada"]
    assert "ada" not in hall.share.maps


def test_a_piece_that_is_not_in_the_film_ends_it() -> None:
    hall = Hall("ada")
    hall.bitfield("ada")
    assert drops(hall.have("ada", 9)) == ["ada"]


def test_one_who_leaves_is_forgotten() -> None:
    hall = Hall("ada", "bo", manifest=True)
    hall.bitfield("ada")
    hall.bitfield("ada", film_id="cd" * 32)
    hall.gossip.close("ada")
    hall.gossip.close("nobody")
    assert hall.share.maps == {}
    assert hall.share.rarity.rarest(bits(0)) == 0
    assert hall.gossip.announce(hall.share) == [SendFrame("bo", bitfield(hall.share))]


# --- news of films the room has not told us of


def test_early_news_counts_once_the_room_speaks_of_the_film() -> None:
    hall = Hall("ada", known=False)
    hall.have("ada", 1)
    hall.bitfield("ada", b"\x80\0")
    hall.have("ada", 8)
    hall.have("ada", 9)
    hall.have("bo", 4)
    assert hall.add() == []
    assert hall.share.maps["ada"].bits == bits(0, 8)
    assert list(hall.share.maps) == ["ada"]


def test_early_news_may_be_replaced_and_is_kept_of_a_handful_of_films() -> None:
    hall = Hall("ada", known=False)
    hall.bitfield("ada", b"\x80\0")
    for number in range(2 * MAX_EARLY_FILMS):
        hall.bitfield("ada", film_id=f"{number:064x}")
    hall.bitfield("ada", b"\0\x80")
    assert len(hall.gossip._early["ada"]) == MAX_EARLY_FILMS
    hall.add()
    assert hall.share.maps["ada"].bits == bits(8)


def test_without_the_manifest_a_misfit_is_nobodys_fault() -> None:
    hall = Hall("ada", known=False)
    hall.bitfield("ada", b"\xff", count=8)
    assert hall.add() == []
    assert hall.bitfield("ada", b"\xff", count=8) == []
    assert "ada" not in hall.share.maps


def test_early_news_of_one_who_left_is_gone() -> None:
    hall = Hall("ada", known=False)
    hall.bitfield("ada")
    hall.gossip.close("ada")
    hall.add()
    assert hall.share.maps == {}


def test_a_film_taken_off_becomes_early_news() -> None:
    hall = Hall("ada")
    hall.bitfield("ada", b"\x80\0")
    hall.gossip.forget(hall.share)
    del hall.shares[ID]
    assert hall.gossip.ask(0.0) == []
    hall.have("ada", 1)
    hall.add()
    assert hall.share.maps["ada"].bits == bits(0, 1)


# --- the manifest


def test_a_manifest_is_sent_to_whom_it_asks_for_it() -> None:
    hall = Hall("ada", manifest=True)
    assert hall.gossip.send_manifest("ada", ID) == [
        SendFrame("ada", chunk) for chunk in chunks(ID, OF.manifest.encode())
    ]


def test_a_manifest_we_lack_is_not_sent() -> None:
    hall = Hall("ada")
    assert hall.gossip.send_manifest("ada", ID) == []
    assert hall.gossip.send_manifest("ada", "cd" * 32) == []


def test_manifests_are_not_sent_without_end() -> None:
    hall = Hall("ada", "bo", manifest=True)
    for _ in range(MAX_MANIFESTS_SENT):
        assert drops(hall.gossip.send_manifest("ada", ID)) == []
    assert drops(hall.gossip.send_manifest("ada", ID)) == ["ada"]
    assert drops(hall.gossip.send_manifest("bo", ID)) == []


def test_a_manifest_is_asked_for_once_the_store_has_said_it_has_none() -> None:
    hall = Hall("ada", "bo")
    assert hall.gossip.next_wake() is None
    hall.bitfield("ada")
    assert hall.gossip.ask(0.0) == []
    hall.share.store_open = True
    assert hall.gossip.ask(0.0) == [SendFrame("ada", wire.ManifestRequest(ID))]
    assert hall.gossip.next_wake() == PATIENCE_S
    assert hall.gossip.ask(1.0) == []


def test_when_the_one_asked_leaves_another_is_asked() -> None:
    hall = Hall("ada", "bo")
    hall.share.store_open = True
    hall.bitfield("ada")
    hall.bitfield("bo")
    hall.gossip.ask(0.0)
    hall.gossip.close("ada")
    assert hall.gossip.ask(0.1) == [SendFrame("bo", wire.ManifestRequest(ID))]


def test_the_manifest_is_kept_and_everyone_told() -> None:
    hall = Hall("ada", "bo")
    hall.share.store_open = True
    hall.bitfield("ada")
    hall.gossip.ask(0.0)
    encoded = OF.manifest.encode()
    half = wire.ManifestChunk(ID, len(encoded), 0, encoded[:100])
    rest = wire.ManifestChunk(ID, len(encoded), 100, encoded[100:])
    assert hall.gossip.chunk("ada", half, 1.0) == []
    told = [SendFrame(peer, wire.Bitfield(ID, 9, b"\0\0")) for peer in ("ada", "bo")]
    assert hall.gossip.chunk("ada", rest, 1.0) == [KeepManifest(ID, encoded), *told]
    assert hall.share.manifest == OF.manifest
    assert hall.gossip.next_wake() is None
    assert hall.gossip.chunk("ada", rest, 1.0) == []


def test_a_wrong_manifest_ends_it() -> None:
    hall = Hall("ada")
    hall.share.store_open = True
    hall.bitfield("ada")
    hall.gossip.ask(0.0)
    assert drops(hall.gossip.chunk("ada", wire.ManifestChunk(ID, 5, 0, b"wrong"), 0.0)) == ["ada"]
    assert hall.share.manifest is None


# --- what the store kept


def test_what_the_store_kept_counts_if_it_is_whole_and_fits() -> None:
    share = Hall().share
    encoded = OF.manifest.encode()
    found = kept(share, encoded, b"\x80\0")
    assert found is not None
    assert found[0] == OF.manifest
    assert list(found[1]) == list(PieceMap(9, 1))
    assert kept(share, None, b"\x80\0") is None
    assert kept(share, encoded[:-1], b"\x80\0") is None
    assert kept(share, encoded, b"\x80") is None
    assert kept(share, encoded, b"\xff\xff") is None


def test_a_film_whose_sizes_were_told_wrong_is_not_taken_and_nobody_is_blamed() -> None:
    hall = Hall("ada", known=False)
    hall.shares[ID] = Share(replace(OF.facts, size=OF.facts.size - 1), None)
    hall.gossip.add(hall.share)
    hall.share.store_open = True
    hall.bitfield("ada")
    assert len(hall.gossip.ask(0.0)) == 1
    for chunk in chunks(ID, OF.manifest.encode()):
        assert hall.gossip.chunk("ada", chunk, 0.0) == []
    assert hall.share.manifest is None
    assert hall.gossip.ask(9.0) == []
    assert kept(hall.share, OF.manifest.encode(), ALL) is None


# --- rations


def test_what_a_peer_grants_is_known() -> None:
    hall = Hall("ada")
    hall.bitfield("ada")
    assert hall.gossip.rationed("ada", wire.Ration(ID, True), 0.0) == []
    assert hall.gossip.rationed("ada", wire.Grant(ID, 8), 0.0) == []
    assert hall.share.rations.granted("ada", 0.0) == bits(8)
    assert hall.gossip.rationed("ada", wire.Ration(ID, False), 0.0) == []
    assert hall.share.rations.granted("ada", 0.0) is None


def test_a_grant_outside_the_film_ends_the_connection() -> None:
    hall = Hall("ada")
    hall.bitfield("ada")
    assert drops(hall.gossip.rationed("ada", wire.Grant(ID, 9), 0.0)) == ["ada"]


def test_one_who_has_told_of_nothing_grants_nothing() -> None:
    hall = Hall("ada")
    assert hall.gossip.rationed("ada", wire.Grant(ID, 1), 0.0) == []
    assert hall.gossip.rationed("ada", wire.Grant("cd" * 32, 1), 0.0) == []
    assert not hall.share.rations


def test_the_grants_of_one_who_is_gone_are_void() -> None:
    hall = Hall("ada")
    hall.bitfield("ada")
    hall.gossip.rationed("ada", wire.Grant(ID, 1), 0.0)
    hall.gossip.close("ada")
    assert not hall.share.rations
