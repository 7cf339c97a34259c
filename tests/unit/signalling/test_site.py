"""The static site: what lies in it, that it is the same every time, and what it says when something is missing."""

import gzip
import hashlib
import html
import io
import json
import re
import struct
import zipfile
from pathlib import Path
from typing import Any

import brotli
import pytest

from signalling import site
from signalling.node import NodeError

CHECKOUT = Path(__file__).resolve().parents[3]
WHEEL = "words-1.2-py3-none-any.whl"
PACKAGE = b"PK wheel" * 200
SHA256 = hashlib.sha256(PACKAGE).hexdigest()
LOCK = {"info": {"python": "3.14.2"}, "packages": {"numpy": {"file_name": "https://elsewhere.example/numpy.whl"}}}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def no_node(*_: object) -> bytes:
    raise NodeError("no node")


def zipped(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, f"# {name}")
    return packed.getvalue()


def plain(path: str) -> str:
    """A path of the site without what changes with the content."""
    return re.sub(r"^(runtime/[a-z]+)-[0-9a-f]{12}/", r"\1/", path)


def page(out: Path, name: str) -> Path:
    """A file of the page's own folder."""
    (found,) = out.glob(f"runtime/page-*/{name}")
    return found


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout in small, with the runtime in place, on a machine without node."""
    monkeypatch.setattr(site, "compiled", no_node)
    root = tmp_path / "checkout"
    for source in site.WORKER_SOURCES:
        write(root / source, "")
    write(root / site.WORKER_SOURCES[0], 'const FILES = [];\nconst BUILD = "";\n')
    for source in site.ROOTED.values():
        write(root / source, f'this is {source}, load runtime/page/boot.mjs\n<script config="pyscript.toml">\n')
    write(root / site.CONFIG_SOURCE, 'interpreter = "./runtime/page/interpreter.mjs"\nplugins = ["!error"]\n')
    for source in site.PAGE.values():
        write(root / source, f"this is {source}, import ../pyodide/pyodide.mjs\n")
    write(root / "app" / "__init__.py", "")
    write(root / "app" / "main.py", "def start(): ...\n" * 200)
    write(root / "app" / "room" / "state.py", "X = 1\n")
    write(root / "app" / "room" / "__pycache__" / "state.cpython-311.pyc", "no")
    for name in site.PYODIDE:
        write(root / "node_modules" / "pyodide" / name, "runtime " * 1000 + "\n//# sourceMappingURL=x.map\n")
    (root / "node_modules" / "pyodide" / site.LIBRARY).write_bytes(zipped("json/decoder.py", "turtle.py"))
    write(root / "node_modules" / "pyodide" / "pyodide-lock.json", json.dumps(LOCK))
    dist = root / "node_modules" / "@pyscript" / "core" / "dist"
    write(dist / "core.js", 'export * from "./core-ABC.js"')
    write(dist / "core-ABC.js", 'import("./toml-1.js"); import("./error-2.js"); import("./xterm-3.js")')
    for chunk in ("core-ABC.js.map", "toml-1.js", "toml-unused.js", "error-2.js", "xterm-3.js"):
        write(dist / chunk, "chunk\n")
    write(root / "requirements-browser.txt", f"# why\n--only-binary :all:\nwords==1.2 --hash=sha256:{SHA256}\n")
    write(root / "build" / "wheels" / "words-1.2-py3-none-any.whl", PACKAGE.decode())
    return root


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "site"


def on_disk(out: Path) -> set[str]:
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}


def test_what_pyscript_is_told_stands_in_the_page(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    site.build(out, root)
    (told,) = re.findall(r'config="([^"]*)"', (out / "index.html").read_text())
    assert json.loads(html.unescape(told)) == {
        "interpreter": f"./{page(out, 'interpreter.mjs').relative_to(out)}",
        "plugins": ["!error"],
    }
    assert not (out / site.CONFIG_SOURCE).exists()


def test_holds_what_a_page_asks_for_and_nothing_else(root: Path, out: Path) -> None:
    built = site.build(out, root)
    pyodide = {f"runtime/pyodide/{name}" for name in (*site.PYODIDE, site.LIBRARY, "pyodide-lock.json", WHEEL)}
    pyscript = {f"runtime/pyscript/{name}" for name in ("core.js", "core-ABC.js", "error-2.js")}
    own = {f"runtime/page/{name}" for name in (*site.PAGE, "app.zip")}
    assert {plain(path) for path in built.files} == {*site.ROOTED, site.WORKER, *own, *pyodide, *pyscript}
    packed = [path for path, file in built.files.items() if file.packed_size is not None]
    twins = {f"{path}{suffix}" for path in packed for suffix in (".br", ".gz")}
    assert on_disk(out) == set(built.files) | twins


def test_the_app_bundle_holds_the_python_files_under_app(root: Path, out: Path) -> None:
    site.build(out, root)
    with zipfile.ZipFile(page(out, "app.zip")) as archive:
        assert archive.namelist() == ["app/__init__.py", "app/main.py", "app/room/state.py"]
        assert archive.read("app/room/state.py") == b"X = 1\n"


def test_the_standard_library_comes_without_what_no_page_uses(root: Path, out: Path) -> None:
    site.build(out, root)
    (library,) = out.glob(f"runtime/pyodide-*/{site.LIBRARY}")
    assert zipfile.ZipFile(library).namelist() == ["json/decoder.py"]


def test_the_worker_knows_every_other_file_and_changes_with_any(root: Path, out: Path) -> None:
    def told() -> tuple[list[str], str]:
        built = site.build(out, root)
        files, name = (line.partition(" = ")[2] for line in (out / site.WORKER).read_text().rstrip(";\n").split(";\n"))
        assert {*json.loads(files), site.WORKER} == set(built.files)
        return json.loads(files), json.loads(name)

    files, name = told()
    assert files[-1] == "index.html", "who finds the page finds all that it needs"
    write(root / "index.html", "another page")
    assert told() != (files, name)
    assert told()[1] != name


def test_the_same_sources_make_the_same_bytes_wherever_and_whenever(root: Path, out: Path, tmp_path: Path) -> None:
    first = site.build(out, root)
    for source in root.rglob("*.py"):
        source.touch()
    second = site.build(tmp_path / "elsewhere", root)
    assert first.files == second.files
    assert first.digest == second.digest


def test_building_again_leaves_unchanged_files_alone(root: Path, out: Path) -> None:
    first = site.build(out, root)
    before = {path: (out / path).stat().st_mtime_ns for path in on_disk(out)}
    write(root / "app" / "browser" / "icon.svg", "<svg/>\n")
    second = site.build(out, root)
    after = {path: (out / path).stat().st_mtime_ns for path in on_disk(out)}
    assert {path for path in before if before[path] != after[path]} == {"icon.svg", "sw.js"}
    assert first.digest != second.digest


def test_a_file_whose_source_went_disappears(root: Path, out: Path) -> None:
    site.build(out, root)
    write(out / "old" / "stray.js", "stray")
    site.build(out, root)
    assert not (out / "old").exists()


def test_twins_unpack_to_the_file_and_small_files_have_none(root: Path, out: Path) -> None:
    built = site.build(out, root)
    for path, file in built.files.items():
        data = (out / path).read_bytes()
        assert len(data) == file.size
        twin = out / f"{path}.br"
        assert twin.exists() == (file.size >= site.WORTH_PACKING_BYTES) == (file.packed_size is not None)
        assert (out / f"{path}.gz").exists() == twin.exists()
        if twin.exists():
            assert brotli.decompress(twin.read_bytes()) == data
            assert gzip.decompress((out / f"{path}.gz").read_bytes()) == data


def test_a_twin_goes_when_its_file_becomes_too_small_for_one(root: Path, out: Path) -> None:
    write(root / "index.html", "long " * 1000)
    site.build(out, root)
    assert (out / "index.html.br").exists()
    write(root / "index.html", "short")
    assert site.build(out, root).files["index.html"].packed_size is None
    assert not (out / "index.html.br").exists()


def test_only_pinned_packages_can_be_fetched_and_no_source_map_is_asked_for(root: Path, out: Path) -> None:
    site.build(out, root)
    (runtime,) = (out / "runtime").glob("pyodide-*")
    lock = json.loads((runtime / "pyodide-lock.json").read_text())
    assert lock["info"] == LOCK["info"]
    ((name, entry),) = lock["packages"].items()
    assert (name, entry["version"], entry["file_name"], entry["sha256"]) == ("words", "1.2", WHEEL, SHA256)
    assert (runtime / entry["file_name"]).read_bytes() == PACKAGE
    assert b"sourceMappingURL" not in (runtime / "pyodide.mjs").read_bytes()


def test_a_new_runtime_has_a_new_address_and_the_page_follows(root: Path, out: Path) -> None:
    site.build(out, root)
    (before,) = (out / "runtime").glob("pyodide-*")
    assert f"import ../{before.name}/pyodide.mjs" in page(out, "interpreter.mjs").read_text()
    assert f"load {page(out, 'boot.mjs').relative_to(out)}\n" in (out / "index.html").read_text()
    old = page(out, "boot.mjs")
    write(root / "node_modules" / "pyodide" / "pyodide.asm.wasm", "newer")
    site.build(out, root)
    (after,) = (out / "runtime").glob("pyodide-*")
    assert after.name != before.name
    assert f"import ../{after.name}/pyodide.mjs" in page(out, "interpreter.mjs").read_text()
    assert page(out, "boot.mjs") != old
    assert f"load {page(out, 'boot.mjs').relative_to(out)}\n" in (out / "index.html").read_text()


def test_the_memory_of_a_started_python_has_an_address_of_its_own(
    root: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []

    def compiled(runtime: Path, sources: bytes, kept: Path, suffix: str) -> bytes:
        return f"{suffix} of {zipfile.ZipFile(io.BytesIO(sources)).namelist()}".encode()

    def snapshot(*given: object) -> bytes:
        asked.append(given)
        return b"memory" * 1000

    monkeypatch.setattr(site, "compiled", compiled)
    monkeypatch.setattr(site, "snapshot", snapshot)
    write(root / "app" / "browser" / "video.py", "from js import document\n")
    write(root / "app" / "browser" / "interpreter.mjs", f'const MEMORY = "{site.MEMORY}";')
    built = site.build(out, root)
    (nothing, path) = sorted(path for path in built.files if path.startswith("runtime/memory-"))
    with zipfile.ZipFile(out / nothing) as archive:
        assert archive.namelist() == []
    assert (out / path).read_bytes() == b"memory" * 1000
    assert built.files[path].packed_size
    assert built.slow_because is None
    assert page(out, "interpreter.mjs").read_text() == f'const MEMORY = "{path.replace("runtime/", "../")}";'
    app = b".app.zip of ['app/__init__.py', 'app/browser/video.py', 'app/main.py', 'app/room/state.py']"
    library = b".library.zip of ['json/decoder.py']"
    assert asked == [(root / "node_modules" / "pyodide", library, app, ["document"], root / site.MADE)]


def test_a_site_without_that_memory_says_so_to_the_page_and_to_the_builder(root: Path, out: Path) -> None:
    write(root / "app" / "browser" / "interpreter.mjs", f'const MEMORY = "{site.MEMORY}";')
    built = site.build(out, root)
    assert page(out, "interpreter.mjs").read_text() == 'const MEMORY = "";'
    assert not any("memory" in path for path in built.files)
    assert built.slow_because == "no node"


@pytest.mark.parametrize("missing", ["index.html", "app/views/style.css", "node_modules/pyodide/pyodide.asm.wasm"])
def test_a_missing_source_is_named(root: Path, out: Path, missing: str) -> None:
    (root / missing).unlink()
    with pytest.raises(site.SiteError, match=f"{re.escape(missing)} is missing: .+"):
        site.build(out, root)


def test_a_missing_package_is_named(root: Path, out: Path) -> None:
    (root / site.WHEELS / WHEEL).unlink()
    with pytest.raises(site.SiteError, match=r"words-1\.2.* is missing: run `make site`"):
        site.build(out, root)


def test_a_package_that_is_not_the_pinned_one_is_not_served(root: Path, out: Path) -> None:
    write(root / site.WHEELS / WHEEL, "something else")
    with pytest.raises(site.SiteError, match="is damaged"):
        site.build(out, root)


def test_the_packages_of_the_checkout_are_pinned_by_their_hashes() -> None:
    lines = (CHECKOUT / site.PACKAGES).read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith(("#", "--"))]
    assert packages
    assert all(site.PIN.fullmatch(line) for line in packages)


def test_a_missing_runtime_is_named(root: Path, out: Path) -> None:
    (root / "node_modules" / "@pyscript" / "core" / "dist" / "core-ABC.js").unlink()
    with pytest.raises(site.SiteError, match=r"core-.* is missing: run `make site`"):
        site.build(out, root)


def test_a_missing_app_is_named(tmp_path: Path) -> None:
    with pytest.raises(site.SiteError, match="app is missing"):
        site.bundle(tmp_path / "app")


def test_the_bundle_is_not_deflated_so_that_its_twin_packs_better(root: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(site.bundle(root / "app"))) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


def test_every_source_of_the_page_is_in_the_checkout() -> None:
    assert [
        source
        for source in (*site.ROOTED.values(), *site.PAGE.values(), *site.WORKER_SOURCES)
        if not (CHECKOUT / source).exists()
    ] == []


def test_pyscript_needs_no_database() -> None:
    files = dict(site.pyscript(CHECKOUT / "node_modules" / "@pyscript" / "core" / "dist"))
    (core,) = (data for data in files.values() if b"Loading Storage" in data)
    assert re.search(rb'"Loading Storage"\);const [^;]*=' + re.escape(site.STORE_IN_MEMORY), core)


def test_a_page_for_a_server_elsewhere_names_it(root: Path, out: Path) -> None:
    write(root / "index.html", site.SERVER % "")
    site.build(out, root, "https://rooms.example/a&b/")
    assert (out / "index.html").read_text() == site.SERVER % "https://rooms.example/a&amp;b/"


def test_the_real_page_has_a_place_for_the_server() -> None:
    assert (CHECKOUT / "index.html").read_text().count(site.SERVER % "") == 1


@pytest.fixture
def manifest() -> Any:
    """What the real page tells a browser that installs it."""
    return json.loads((CHECKOUT / site.ROOTED["manifest.webmanifest"]).read_text())


def test_addresses_in_the_manifest_are_relative_and_lead_to_files(manifest: Any) -> None:
    assert {manifest[key] for key in ("start_url", "scope", "id")} == {"./"}
    assert {handler["action"] for handler in manifest["file_handlers"]} == {"./"}
    assert "/" not in manifest["share_target"]["action"]


def test_icons_are_there_in_the_sizes_that_are_promised(manifest: Any) -> None:
    for icon in manifest["icons"]:
        data = (CHECKOUT / site.ROOTED[icon["src"]]).read_bytes()
        if icon["type"] == "image/png":
            width, height = struct.unpack(">II", data[16:24])  # PNG, 11.2.1: IHDR comes first
            assert icon["sizes"] == f"{width}x{height}"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}  # which browsers ask for


def test_what_is_opened_or_shared_with_the_page_is_what_may_be_dropped_on_it(manifest: Any) -> None:
    page = (CHECKOUT / "index.html").read_text()
    (dropped,) = re.findall(r'id="home-drop">\s*<input[^>]* accept="([^"]*)"', page)
    (shared,) = manifest["share_target"]["params"]["files"]
    assert shared["accept"] == dropped.split(",")
    endings = {ending for each in manifest["file_handlers"] for of in each["accept"].values() for ending in of}
    named = {kind for kind in shared["accept"] if kind.startswith(".")}
    assert endings - named == {".mp4", ".webm", ".mov", ".ogv"}  # which are video/* to every browser
    assert named <= endings


def test_the_page_and_its_worker_agree_with_the_manifest_on_where_and_what_is_shared(manifest: Any) -> None:
    target = manifest["share_target"]
    worker, page = ((CHECKOUT / "app" / "browser" / name).read_text() for name in ("share_target.js", "handed_over.py"))
    assert f'at("{target["action"]}")' in worker
    (mark,) = re.findall(r'at\("./(\?\w+)"\)', worker)
    assert f'"{target["action"]}", "{mark}", "{target["params"]["files"][0]["name"]}"' in page
