"""Python source turned into the bytecode of the browser's Python, for what is taken in before a browser starts.

Without docstrings, assertions, what functions say of their types and the columns of errors, which nobody reads there;
errors keep their file names and line numbers. Classes keep their annotations: dataclasses are made of them. What
`singledispatch` registers by a function's annotation would be lost; nothing that the memory takes in does that.
"""

import io
import zipfile
from pathlib import Path

from signalling.node import made

# Parts of the standard library that a page has no use for: tools for people who write programs, servers, processes and
# protocols that no browser lets a page speak, and Python versions of what is there in C.
UNUSED = frozenset({
    "__hello__", "__phello__", "_pydatetime", "_pyio", "_pyrepl", "antigravity", "bdb", "cProfile", "cmd",
    "compileall", "ctypes", "doctest", "filecmp", "fileinput", "ftplib", "getpass", "idlelib", "imaplib", "mailbox",
    "modulefinder", "multiprocessing", "netrc", "nturl2path", "optparse", "pdb", "pickletools", "plistlib",
    "poplib", "profile", "pstats", "pty", "py_compile", "pyclbr", "pydoc", "rlcompleter", "runpy", "sched",
    "shelve", "smtplib", "socketserver", "sqlite3", "symtable", "tabnanny", "this", "timeit", "trace",
    "tracemalloc", "tty", "turtle", "unittest", "wave", "webbrowser", "wsgiref", "xmlrpc", "zipapp",
})  # fmt: skip
COMPILE = """
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const [runtime, sources, program, out] = process.argv.slice(1);
const { loadPyodide } = await import(pathToFileURL(`${runtime}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: runtime, env: { PYTHONNODEBUGRANGES: "1" } });
python.FS.writeFile("/tmp/sources.zip", readFileSync(sources));
python.runPython(program);
writeFileSync(out, python.FS.readFile("/tmp/compiled.zip"));
process.exit(0);
"""
# With a hash in place of a date: the bytes depend on nothing but the source's.
PROGRAM = """
import ast, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

def untyped(source):
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            node.returns = None
    return tree

with zipfile.ZipFile("/tmp/sources.zip") as sources, zipfile.ZipFile("/tmp/compiled.zip", "w") as compiled:
    for name in sources.namelist():
        if name.endswith(".py"):
            code = compile(untyped(sources.read(name)), name, "exec", dont_inherit=True, optimize=2)
            entry = zipfile.ZipInfo(name + "c", (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            compiled.writestr(entry, _code_to_hash_pyc(code, bytes(8), False))
"""


def compiled(runtime: Path, sources: bytes, kept: Path, suffix: str) -> bytes:
    """A zip of modules as a zip of bytecode, made by the Pyodide in the folder `runtime` or found in `kept`.

    There its name has that suffix. Stored, not deflated, as all our zips. Raises NodeError.
    """
    return made(kept, suffix, COMPILE, [runtime, sources, PROGRAM])


def without_unused(library: bytes) -> bytes:
    """The zip of the standard library without what no page uses."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(library)) as whole, zipfile.ZipFile(packed, "w") as part:
        for entry in whole.infolist():
            if entry.filename.partition("/")[0].removesuffix(".py") not in UNUSED and not entry.is_dir():
                part.writestr(zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0)), whole.read(entry))
    return packed.getvalue()
