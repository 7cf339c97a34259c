"""The memory of a Python that has started and has imported the whole app, for browsers to take over.

Pyodide can write its memory down and take it up again (`_makeSnapshot`, `_loadSnapshot`; it promises neither for ever,
so the page starts plainly where that fails). It is written by the same build under node, once for every content of the
runtime and of the app.

The app imports what it needs of the browser from `js`, and node has no `document`. Pyodide writes such an object down
by its name, and looks that up where the memory is taken over; so while it is written anything of the kind will do.

Whatever was chosen by chance before is the same for everybody who takes it up: the page seeds `random` anew, and the
seed of string hashes guards nothing here, since whatever comes from others is small.
"""

import ast
import io
import json
import zipfile
from pathlib import Path

from signalling.node import made

# The imports in the second line are PyScript's and Pyodide's own, made at every start; in the third is how subtitles
# are written. What is known of the places of modules is forgotten: here they come out of bytecode, which leaves no
# litter in memory, and there out of sources. PyScript writes its Python half into the working folder and imports it,
# before anything else may run. We use none of it, so it is imported when somebody first asks it for something.
KNOW = """
import sys, importlib, pkgutil, types, zipimport
import ast, asyncio, inspect, json, random, secrets, shutil, tarfile, textwrap, zipfile
import encodings.cp1252, encodings.utf_16_be, encodings.utf_16_le
sys.path.insert(0, "/home/pyodide")
for module in pkgutil.walk_packages(["/home/pyodide/app"], "app."):
    importlib.import_module(module.name)
importlib.import_module("app.browser.library").library.leave_out()
sys.path.remove("/home/pyodide")

class Later(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        sys.modules.pop(self.__name__, None)
        return getattr(importlib.import_module(self.__name__), name)

sys.modules["pyscript"] = Later("pyscript")
sys.path_importer_cache.clear()
zipimport._zip_directory_cache.clear()
"""
MAKE = """
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const [runtime, library, app, names, know, out] = process.argv.slice(1);
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`).href);
// Whether Python may call it is written down with it: classes and functions are functions here too.
const OBJECTS = ["document", "history", "location", "matinee", "navigator", "window"];
const standIn = (name) => globalThis[name] ?? (OBJECTS.includes(name) ? {} : class {});
const jsglobals = Object.fromEntries(JSON.parse(names).map((name) => [name, standIn(name)]));
const python = await loadPyodide({ indexURL: runtime, stdLibURL: library, _makeSnapshot: true, jsglobals });
python.unpackArchive(Uint8Array.from(readFileSync(app)).buffer, "zip", { extractDir: "/home/pyodide" });
python.runPython(know);
writeFileSync(out, python.makeMemorySnapshot());
process.exit(0);
"""


def snapshot(runtime: Path, library: bytes, app: bytes, names: list[str], kept: Path) -> bytes:
    """The memory of the Pyodide in the folder `runtime`, with a zip of the standard library and one of the app.

    `names` is what the app imports from `js`. It is made now, or found in `kept`. Raises NodeError.
    """
    return made(kept, ".bin", MAKE, [runtime, library, app, json.dumps(names), KNOW])


def wanted_of_js(sources: bytes) -> list[str]:
    """What the modules of a zip import from `js`."""
    found: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(sources)) as archive:
        for source in archive.namelist():
            for node in ast.walk(ast.parse(archive.read(source))):
                if isinstance(node, ast.ImportFrom) and node.module == "js":
                    found |= {name.name for name in node.names}
    return sorted(found)
