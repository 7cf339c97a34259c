"""Bytecode for the browser's Python: what is asked of node for it, and what is left out."""

import io
import zipfile
from pathlib import Path

import pytest

from signalling import bytecode
from signalling.bytecode import UNUSED, compiled, without_unused


def test_it_is_made_of_the_sources_by_the_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    def made(*given: object) -> bytes:
        asked.append(given)
        return b"bytecode"

    monkeypatch.setattr(bytecode, "made", made)
    assert compiled(Path("runtime"), b"sources", Path("kept"), ".app.zip") == b"bytecode"
    given = [Path("runtime"), b"sources", bytecode.PROGRAM]
    assert asked == [(Path("kept"), ".app.zip", bytecode.COMPILE, given)]


def test_unused_modules_and_packages_go_and_all_else_stays_as_it_was() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.mkdir("json")
        for name in ("json/decoder.py", "turtle.py", "unittest/case.py", "turtles.py"):
            archive.writestr(name, f"# {name}")
    with zipfile.ZipFile(io.BytesIO(without_unused(packed.getvalue()))) as left:
        assert {name: left.read(name) for name in left.namelist()} == {
            "json/decoder.py": b"# json/decoder.py",
            "turtles.py": b"# turtles.py",
        }
    assert "json" not in UNUSED
