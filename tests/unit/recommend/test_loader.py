"""A pack by its address, and sentences where there is none."""

from pathlib import Path
from typing import Self
from urllib.error import URLError

import pytest

from app.recommend.loader import load
from app.recommend.pack import BadPack, written
from tests.unit.recommend.packs import film

PACK_BYTES = written("small", [film(1)], [{}])


class Answer:
    """What the browser's `urlopen` gives: it has a status where ours raises."""

    def __init__(self, status: int, data: bytes) -> None:
        self.status, self._data = status, data

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def read(self, _: int) -> bytes:
        return self._data


def test_a_pack_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a b.pack"
    file.write_bytes(PACK_BYTES)
    assert load(file.as_uri()).films


def test_a_pack_from_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib.request.urlopen", lambda _: Answer(200, PACK_BYTES))
    assert load("https://a.example/films.pack").films
    monkeypatch.setattr("urllib.request.urlopen", lambda _: Answer(404, b"There is nothing here."))
    with pytest.raises(BadPack, match="404"):
        load("https://a.example/films.pack")


@pytest.mark.parametrize("error", [URLError("no route"), OSError("cut"), ValueError("odd")])
def test_a_pack_that_cannot_be_had(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(_: str) -> None:
        raise error

    monkeypatch.setattr("urllib.request.urlopen", fail)
    with pytest.raises(BadPack, match="cannot be fetched"):
        load("https://a.example/films.pack")


def test_what_is_no_pack(tmp_path: Path) -> None:
    (tmp_path / "page").write_text("<html>")
    with pytest.raises(BadPack):
        load((tmp_path / "page").as_uri())
