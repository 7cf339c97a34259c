"""Builds the static site: everything a browser ever asks this server for, in one folder.

At the root lie the page and its service worker, which rules only what lies beside or below it, and what must keep its
address. All else is under `runtime/`, in folders named after what is in them, so that browsers may keep it for ever:
the page's scripts and the app, the interpreter with the packages that it loads when they are first wanted, its memory
once it has started, and PyScript. Beside every file worth it lie its packed twins, `name.br` and `name.gz`, which
aiohttp's static files and any other server that knows the convention send as they are.

Building again touches only what changed, so a second build takes a fraction of a second and the modification times,
and with them the ETags, of unchanged files stay.
"""

import gzip
import hashlib
import html
import io
import json
import re
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import brotli

from signalling.bytecode import compiled, without_unused
from signalling.node import NodeError
from signalling.snapshot import snapshot, wanted_of_js

ROOT = Path(__file__).resolve().parent.parent
# What the page names by a lasting address, and what it names by one that changes with the content.
ROOTED = {
    "index.html": "index.html",
    "icon.svg": "app/browser/icon.svg",
    "icon-192.png": "app/browser/icon-192.png",
    "icon-512.png": "app/browser/icon-512.png",
    "manifest.webmanifest": "app/browser/manifest.webmanifest",
    "films.pack": "packs/movielens/films.pack",
    "films.txt": "packs/movielens/README.md",
}
WORKER = "sw.js"
WORKER_SOURCES = ("app/browser/sw.js", "app/browser/offline.js", "app/browser/share_target.js")
PAGE = {
    "style.css": "app/views/style.css",
    "early.js": "app/browser/early.js",
    "boot.mjs": "app/browser/boot.mjs",
    "interpreter.mjs": "app/browser/interpreter.mjs",
}
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")
LIBRARY = "python_stdlib.zip"
# Of PyScript only the core, and the error plugin, which it fetches even to switch it off: every other chunk belongs to
# a plugin that the page disables, or to a kind of configuration that it does not use.
PYSCRIPT_CORE = ("core.js", "core-*.js")
PYSCRIPT_CHUNKS = ("error-*.js",)
# The packages that the page may load, pinned with their hashes, and where `tools/prepare.py` puts their wheels.
PACKAGES = "requirements-browser.txt"
WHEELS = "build/wheels"
PIN = re.compile(r"^([a-z0-9-]+)==([^ ]+) --hash=sha256:([0-9a-f]{64})$", re.MULTILINE)
# Where `interpreter.mjs` finds the memory of a started Python; a site without one says so by an empty name.
MEMORY = "../memory/python.bin"
MADE = "build/made"
NOTHING = b"PK\x05\x06" + bytes(18)  # a zip without files, by the format's own APPNOTE.TXT, 4.3.16
# Where the page says which server it talks to; empty: the one it comes from.
SERVER = '<meta name="signalling" content="%s">'
# Where the page names what PyScript is told; there the builder writes it out, since a file would be asked for first.
CONFIG, CONFIG_SOURCE = 'config="%s"', "pyscript.toml"
# PyScript keeps packages in a database, and does not start where the browser refuses it one. The page has it load no
# packages, so a store in memory does.
STORE_OF_PACKAGES = re.compile(rb"new \w+\(`\$\{\w+\}@\$\{\w+\}`\)")
STORE_IN_MEMORY = b"Object.assign(new Map,{sync(){},close(){}})"
SOURCE_MAP_LINE = b"//# sourceMappingURL="
# Brotli's quality 9 packs the interpreter to 3.0 MB in two seconds; 11 would save 0.5 MB more and take half a minute.
# Browsers take brotli over https and from localhost alone; gzip is for those who come otherwise.
PACKED: dict[str, Callable[[bytes], bytes]] = {
    ".br": lambda data: brotli.compress(data, quality=9, lgwin=24),
    ".gz": lambda data: gzip.compress(data, 6, mtime=0),
}
WORTH_PACKING_BYTES = 1024
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


class SiteError(Exception):
    """The site cannot be built; the message names what is missing and what to do."""


@dataclass(frozen=True, slots=True)
class SiteFile:
    """One file of the site: its size and that of its smallest twin in bytes (None: no twin), and its SHA-256 in hex."""

    size: int
    packed_size: int | None
    sha256: str


@dataclass(frozen=True, slots=True)
class SiteBuild:
    """A finished build. `files` is keyed by URL path without a leading slash; `digest` changes when any byte does;
    `slow_because` says why pages start without a memory of Python, if they do."""

    out: Path
    files: Mapping[str, SiteFile]
    digest: str
    slow_because: str | None


def build(out: Path, root: Path = ROOT, server: str = "") -> SiteBuild:
    """Build the site of the checkout at `root` into `out`, and remove what no longer belongs there.

    `server` is the address of a server elsewhere that pages are to talk to, ending with a slash; without one it is
    the server that the pages come from. Raises SiteError if a source is missing.
    """
    python = runnable(root)
    files = {path: place(out / path, data) for path, data in contents(root, python, server)}
    remove_strays(out, files)
    listing = json.dumps({path: file.sha256 for path, file in files.items()}, sort_keys=True)
    return SiteBuild(out, files, hashlib.sha256(listing.encode()).hexdigest(), python.slow_because)


@dataclass(frozen=True, slots=True)
class Python:
    """What runs in the browser: two zips of sources, and the memory of a Python that has taken them in, if any."""

    library: bytes
    app: bytes
    memory: bytes | None = None
    slow_because: str | None = None


def runnable(root: Path) -> Python:
    """The standard library and the app, and the memory of them if this machine can make one.

    A browser gets sources, which are smaller than bytecode, since it hardly ever has to compile one.
    """
    runtime, kept = root / "node_modules" / "pyodide", root / MADE
    library, app = without_unused(read(runtime / LIBRARY)), bundle(root / "app")
    try:
        parts = compiled(runtime, library, kept, ".library.zip"), compiled(runtime, app, kept, ".app.zip")
        return Python(library, app, snapshot(runtime, *parts, wanted_of_js(app), kept))
    except NodeError as error:
        return Python(library, app, slow_because=str(error))


def contents(root: Path, python: Python, server: str = "") -> Iterator[tuple[str, bytes]]:
    """Every file of the site as (URL path, bytes), in a fixed order.

    Folders carry a hash of what lies in them, and whatever refers to them follows: the scripts, and then the page.
    """
    npm = root / "node_modules"
    folders = {
        "pyodide": {**dict(pyodide(npm / "pyodide", wheels(root))), LIBRARY: python.library},
        "pyscript": dict(pyscript(npm / "@pyscript" / "core" / "dist")),
    }
    if python.memory is not None:
        folders["memory"] = {"python.bin": python.memory, "none.zip": NOTHING}
    hashed = {name: f"{name}-{fingerprint(files)}" for name, files in folders.items()}
    scripts = {name: read(root / source) for name, source in PAGE.items()}
    if python.memory is None:
        scripts = {name: data.replace(MEMORY.encode(), b"") for name, data in scripts.items()}
    folders["page"] = {**{name: referring(data, hashed) for name, data in scripts.items()}, "app.zip": python.app}
    hashed["page"] = f"page-{fingerprint(folders['page'])}"
    all_files = {
        f"runtime/{hashed[name]}/{file}": data for name, files in folders.items() for file, data in files.items()
    }
    for path, source in ROOTED.items():
        data = read(root / source).replace((SERVER % "").encode(), (SERVER % html.escape(server)).encode())
        if path == "index.html":
            data = configured(data, read(root / CONFIG_SOURCE))
        all_files[path] = referring(data, hashed)
    worker = b"\n".join(read(root / source) for source in WORKER_SOURCES)
    all_files[WORKER] = knowing(worker, all_files)
    yield from all_files.items()


def configured(page: bytes, config: bytes) -> bytes:
    """The page with PyScript's configuration, which is TOML, written out in it as JSON."""
    told = json.dumps(tomllib.loads(config.decode()))
    return page.replace((CONFIG % CONFIG_SOURCE).encode(), (CONFIG % html.escape(told)).encode())


def knowing(worker: bytes, files: Mapping[str, bytes]) -> bytes:
    """The service worker with the names of all other files, the page last, and a name for the build."""
    names = json.dumps(sorted(files, key=lambda path: (path == "index.html", path)))
    worker = worker.replace(b"const FILES = [];", f"const FILES = {names};".encode())
    return worker.replace(b'const BUILD = "";', f'const BUILD = "{fingerprint(files)}";'.encode())


def referring(data: bytes, folders: Mapping[str, str]) -> bytes:
    """A file that names the folders by their hashed names, be it from the root or from one beside them."""
    for plain, hashed in folders.items():
        for before in ("runtime/", "../"):
            data = data.replace(f"{before}{plain}/".encode(), f"{before}{hashed}/".encode())
    return data


def fingerprint(files: Mapping[str, bytes]) -> str:
    """A short hash of files' names and contents."""
    listing = [f"{name} {hashlib.sha256(data).hexdigest()}" for name, data in sorted(files.items())]
    return hashlib.sha256("\n".join(listing).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Wheel:
    """A pure Python package for the browser."""

    name: str
    version: str
    sha256: str
    data: bytes

    @property
    def file_name(self) -> str:
        return f"{self.module}-{self.version}-py3-none-any.whl"

    @property
    def module(self) -> str:
        """What is imported."""
        return self.name.replace("-", "_")


def wheels(root: Path) -> list[Wheel]:
    """The packages that the page may load. Raises SiteError if a wheel is missing, or not the one that was pinned."""
    found = []
    for name, version, sha256 in PIN.findall(read(root / PACKAGES).decode()):
        file_name = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        wheel = Wheel(name, version, sha256, read(root / WHEELS / file_name))
        if hashlib.sha256(wheel.data).hexdigest() != sha256:
            raise SiteError(f"{root / WHEELS / wheel.file_name} is damaged: delete {WHEELS} and run `make site`.")
        found.append(wheel)
    return found


def pyodide(package: Path, packages: list[Wheel]) -> Iterator[tuple[str, bytes]]:
    """The files of Pyodide that its loader fetches, and the packages that it may be asked for."""
    for name in PYODIDE:
        yield name, without_source_map(name, read(package / name))
    yield "pyodide-lock.json", own_lock(read(package / "pyodide-lock.json"), packages)
    for wheel in packages:
        yield wheel.file_name, wheel.data


def pyscript(dist: Path) -> Iterator[tuple[str, bytes]]:
    """The files of PyScript that a page of ours fetches: the core, and those of the wanted chunks that it names."""
    core = b""
    for pattern in PYSCRIPT_CORE:
        name, data = matching(dist, pattern)[0]
        core += data
        yield name, without_source_map(name, STORE_OF_PACKAGES.sub(STORE_IN_MEMORY, data))
    for pattern in PYSCRIPT_CHUNKS:
        for name, data in matching(dist, pattern):
            if name.encode() in core:
                yield name, without_source_map(name, data)


def matching(dist: Path, pattern: str) -> list[tuple[str, bytes]]:
    """The files that fit a pattern, as (name, bytes): at least one, since chunk names carry a hash that moves."""
    found = sorted(dist.glob(pattern))
    if not found:
        raise SiteError(f"{dist / pattern} is missing: run `make site`, it fetches the browser runtime.")
    return [(source.name, source.read_bytes()) for source in found]


def read(source: Path) -> bytes:
    try:
        return source.read_bytes()
    except FileNotFoundError:
        if "node_modules" in source.parts:
            raise SiteError(f"{source} is missing: run `make site`, it fetches the browser runtime.") from None
        if source.suffix == ".whl":
            raise SiteError(f"{source} is missing: run `make site`, it fetches the packages for the browser.") from None
        raise SiteError(f"{source} is missing: get a complete checkout and build again.") from None


def without_source_map(name: str, data: bytes) -> bytes:
    """A script without the line that sends developer tools after a map we do not ship."""
    if not name.endswith((".js", ".mjs")):
        return data
    return b"".join(line for line in data.splitlines(keepends=True) if not line.startswith(SOURCE_MAP_LINE))


def own_lock(lock: bytes, packages: list[Wheel]) -> bytes:
    """Pyodide's lock file with our packages in place of its own, so that none is fetched from elsewhere.

    The browser takes a wheel only if it has the hash that stands here.
    """
    entries = {
        wheel.name: {
            "name": wheel.name,
            "version": wheel.version,
            "file_name": wheel.file_name,
            "sha256": wheel.sha256,
            "install_dir": "site",
            "package_type": "package",
            "imports": [wheel.module],
            "depends": [],
            "unvendored_tests": False,
        }
        for wheel in packages
    }
    return json.dumps({**json.loads(lock), "packages": entries}, sort_keys=True).encode()


def bundle(app: Path, folders: tuple[str, ...] | None = None) -> bytes:
    """All Python files of the app, or of some of its folders, as a zip whose bytes depend on nothing but theirs.

    Stored, not deflated: the brotli twin packs the whole better, and the browser's Python unpacks it faster.
    """
    if not app.is_dir():
        raise SiteError(f"{app} is missing: get a complete checkout and build again.")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for source in sorted(app.rglob("*.py")):
            inside = source.relative_to(app)
            if folders is not None and inside.parts[0] not in (*folders, "__init__.py"):
                continue
            entry = zipfile.ZipInfo(source.relative_to(app.parent).as_posix(), ZIP_EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, source.read_bytes())
    return packed.getvalue()


def place(target: Path, data: bytes) -> SiteFile:
    """Write a file and its packed twins, unless they stand there already."""
    worth_packing = len(data) >= WORTH_PACKING_BYTES
    twins = twins_of(target)
    if not (holds(target, data) and all(twin.exists() == worth_packing for twin in twins)):
        target.parent.mkdir(parents=True, exist_ok=True)
        for twin in twins:
            twin.unlink(missing_ok=True)  # an old twin must never be served for new bytes
        write_whole(target, data)
        for twin, pack in twins.items() if worth_packing else ():
            write_whole(twin, pack(data))
    packed_size = min(twin.stat().st_size for twin in twins) if worth_packing else None
    return SiteFile(len(data), packed_size, hashlib.sha256(data).hexdigest())


def twins_of(target: Path) -> dict[Path, Callable[[bytes], bytes]]:
    """Where a file's packed twins lie, and how they are made."""
    return {target.with_name(target.name + suffix): pack for suffix, pack in PACKED.items()}


def holds(target: Path, data: bytes) -> bool:
    try:
        return target.stat().st_size == len(data) and target.read_bytes() == data
    except FileNotFoundError:
        return False


def write_whole(target: Path, data: bytes) -> None:
    """Write so that a running server sees the old file or the new one, never half of one."""
    draft = target.with_name(target.name + ".draft")
    draft.write_bytes(data)
    draft.replace(target)


def remove_strays(out: Path, files: Mapping[str, SiteFile]) -> None:
    kept = {out / path for path in files}
    packed = (path for path, file in files.items() if file.packed_size is not None)
    kept |= {twin for path in packed for twin in twins_of(out / path)}
    for path in sorted(out.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in kept:
            path.unlink()
