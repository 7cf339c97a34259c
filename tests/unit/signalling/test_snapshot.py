"""The memory of a started Python: what is asked of node for it."""

import io
import zipfile
from pathlib import Path

import pytest

from signalling import snapshot as module
from signalling.snapshot import snapshot, wanted_of_js


def zipped(source: str) -> bytes:
    """A bundle with one module."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app/main.py", source)
    return packed.getvalue()


def test_what_modules_want_of_the_browser_is_found_wherever_they_say_it() -> None:
    source = "from js import document\n\ndef later():\n    from js import URL, document\n    from json import dumps\n"
    assert wanted_of_js(zipped(source)) == ["URL", "document"]


def test_it_is_made_of_all_that_it_depends_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    def made(*given: object) -> bytes:
        asked.append(given)
        return b"memory"

    monkeypatch.setattr(module, "made", made)
    assert snapshot(Path("runtime"), b"library", b"app", ["URL"], Path("kept")) == b"memory"
    ((kept, suffix, script, given),) = asked
    assert (kept, suffix, script) == (Path("kept"), ".bin", module.MAKE)
    assert given == [Path("runtime"), b"library", b"app", '["URL"]', module.KNOW]
