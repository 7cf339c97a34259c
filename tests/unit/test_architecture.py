"""Guards the house: who may import whom, what pure code may use, how large things may grow, what the protocol names.

Every rule is a function from sources to complaints. The first half of the tests runs them over the checkout, the
second feeds each rule a small source that breaks it, so that no rule can fall asleep.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.room.errors import CloseCode

ROOT = Path(__file__).resolve().parents[2]

# ---- the rules, as data --------------------------------------------------------------------------------------------

PURE = ("playback", "room", "swarm", "peers", "recommend", "session")
# Left: who imports. Right: what it may import of the app besides itself; a folder stands for all its modules.
MAY_IMPORT = {
    "app.playback": (),
    "app.room": ("app.playback",),
    "app.swarm": (),
    "app.peers": (),
    "app.recommend": (),
    "app.session": ("app.playback", "app.room", "app.swarm", "app.peers", "app.recommend"),
    "app.browser": (
        "app.session.events",
        "app.session.effects",
        "app.room.codec",
        "app.swarm.wire",
        "app.recommend.loader",
    ),
    "app.views": (
        "app.session.events",
        "app.session.picture",
        "app.room.state",
        "app.room.said",
        "app.room.deck",
        "app.playback.timeline",
        "app.playback.gate",
        "app.swarm.piece_map",
    ),
    "app.loop": ("app.session", "app.browser", "app.views"),
    "app.main": ("app.session", "app.browser", "app.views", "app.loop"),
    "signalling": ("app.room", "app.playback", "app.recommend"),
}
PURE_STDLIB = frozenset(
    {"dataclasses", "enum", "typing", "types", "collections", "functools", "itertools", "math", "json", "struct"}
    | {"hashlib", "hmac", "base64", "re", "unicodedata"}
)
CODEC_EXTRAS = frozenset({"attrs", "attr", "cattrs"})
# The one pure module that reads by an address: the same lines on the server and, with pyodide-http, in the browser.
LOADER_EXTRAS = frozenset({"urllib"})
BROWSER_MODULES = frozenset({"js", "pyscript", "pyodide", "pyodide_js"})
KNOW_THE_BROWSER = ("app.browser", "app.views", "app.main")
# What loads packages from our own origin when they are first needed, and the one module that knows of it.
LATE_PACKAGES = {"app.browser.packages": frozenset({"micropip"})}
MODULE_LINES = 250
SESSION_LINES = 300
MAIN_LINES = 80
FUNCTION_LINES = 25
SCRIPT_LINES = 80
SCRIPTS = frozenset(
    f"app/browser/{name}"
    for name in ("early.js", "boot.mjs", "interpreter.mjs", "sw.js", "offline.js", "share_target.js")
)
SCRIPT_SUFFIXES = frozenset({".js", ".mjs", ".cjs", ".ts"})
NOT_OURS = frozenset({"node_modules", "build"})

# ---- reading sources -----------------------------------------------------------------------------------------------


def module_name(path: str) -> str:
    """`app/room/state.py` is `app.room.state`, `app/room/__init__.py` is `app.room`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def within(module: str, folder: str) -> bool:
    return module == folder or module.startswith(f"{folder}.")


def home_of(module: str) -> str | None:
    """The key of MAY_IMPORT that a module lives under; None: no rule of ours."""
    return next((home for home in MAY_IMPORT if within(module, home)), None)


def is_pure(module: str) -> bool:
    return any(within(module, f"app.{folder}") for folder in PURE)


def imports(path: str, source: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every import as (line, the modules it may mean): `from a import b` means module `a` or module `a.b`."""
    package = module_name(path) if path.endswith("/__init__.py") else module_name(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, (alias.name,)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                anchor = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1])
                base = f"{anchor}.{base}".rstrip(".")
            for alias in node.names:
                yield node.lineno, (base, f"{base}.{alias.name}")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "__import__":
            yield node.lineno, ("__import__",)


# ---- the rules, as functions ---------------------------------------------------------------------------------------


def wrong_neighbours(path: str, source: str) -> list[str]:
    """Imports between our own folders that the house does not allow."""
    home = home_of(module_name(path))
    found = []
    for line, meanings in imports(path, source):
        if not any(within(meanings[0], top) for top in ("app", "signalling", "tests", "tools")):
            continue
        allowed = (*MAY_IMPORT[home], home) if home else ()
        if not any(within(meaning, folder) for meaning in meanings for folder in allowed):
            found.append(f"{path}:{line}: {home} may not import {meanings[-1]}")
    return found


def impure_imports(path: str, source: str) -> list[str]:
    """In pure folders: anything of the standard library or elsewhere that is not on the short list."""
    module = module_name(path)
    if not is_pure(module):
        return []
    extras = {"app.room.codec": CODEC_EXTRAS, "app.recommend.loader": LOADER_EXTRAS}
    allowed = PURE_STDLIB | {"app"} | extras.get(module, frozenset())
    return [
        f"{path}:{line}: pure code may not import {meanings[0]}"
        for line, meanings in imports(path, source)
        if meanings[0].partition(".")[0] not in allowed
    ]


def foreign_imports(path: str, source: str) -> list[str]:
    """In the rest of the app: what the browser's Python does not have, or only some folders may know."""
    module = module_name(path)
    if not within(module, "app") or is_pure(module):
        return []
    allowed = sys.stdlib_module_names | {"app"}
    if any(within(module, home) for home in KNOW_THE_BROWSER):
        allowed |= BROWSER_MODULES
    allowed |= LATE_PACKAGES.get(module, frozenset())
    return [
        f"{path}:{line}: may not import {meanings[0]} here"
        for line, meanings in imports(path, source)
        if meanings[0].partition(".")[0] not in allowed | {"signalling"}
    ]


def function_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the last statement, the docstring not counted."""
    first = function.body[0]
    docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and ast.get_docstring(function)
    words = (first.end_lineno or 0) - first.lineno + 1 if docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - words


def too_large(path: str, source: str) -> list[str]:
    """Modules and functions of the pure folders, and the composition root, beyond the sizes to hold."""
    module = module_name(path)
    limit = {"app.session.session": SESSION_LINES, "app.main": MAIN_LINES}.get(module, MODULE_LINES)
    if not is_pure(module) and module != "app.main":
        return []
    lines = len(source.splitlines())
    found = [f"{path}: {lines} lines, at most {limit}"] if lines > limit and not is_vocabulary(source) else []
    return found + long_functions(path, source) if is_pure(module) else found


def is_vocabulary(source: str) -> bool:
    """Whether a module only declares things: read as a list, it may be as long as the list is."""
    return not any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(ast.parse(source)))


def long_functions(path: str, source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = function_length(node)
            if length > FUNCTION_LINES:
                found.append(f"{path}:{node.lineno}: {node.name} has {length} lines, at most {FUNCTION_LINES}")
    return found


def words_of(source: str) -> dict[str, tuple[str | None, list[str]]]:
    """The public dataclasses of a module, which are messages or frames: number on the wire, if any, and fields.

    A frame's number is its `code`; the block header, which is no control frame, has the module's `_BLOCK_TYPE`.
    """
    tree, found = ast.parse(source), {}
    alone = constants(tree.body).get("_BLOCK_TYPE")
    for node in tree.body:
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        if any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list):
            declared = [part for part in node.body if isinstance(part, ast.AnnAssign)]
            fields = [ast.unparse(part.target) for part in declared if "ClassVar" not in ast.unparse(part.annotation)]
            found[node.name] = (constants(node.body).get("code", alone), fields)
    return found


def constants(body: list[ast.stmt]) -> dict[str, str]:
    """Names that are given a literal, as source text."""
    found = {}
    for part in body:
        if isinstance(part, ast.Assign | ast.AnnAssign) and isinstance(part.value, ast.Constant):
            target = part.targets[0] if isinstance(part, ast.Assign) else part.target
            found[ast.unparse(target)] = ast.unparse(part.value)
    return found


def rows_of(page: str) -> dict[str, tuple[str, list[str]]]:
    """Rows of the page's tables whose second cell is a class in backticks: the first cell, and the third's names."""
    rows = {}
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if len(cells) > 2 and re.fullmatch(r"`[A-Z]\w*`", cells[1]):
            rows[cells[1].strip("`")] = (cells[0], re.findall(r"`(\w+)`", cells[2]))
    return rows


def untold(source: str, protocol: str) -> list[str]:
    """Messages and frames of a module that have no row in the protocol's page, or one that says something else.

    A row begins with the wire name in backticks or the frame's number, the class in backticks, and the fields in order.
    """
    rows, found = rows_of(protocol), []
    for name, (number, fields) in words_of(source).items():
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        due = (number or f"`{snake}`", fields)
        if name not in rows:
            found.append(f"docs/protocol.md has no row for {name}")
        elif rows[name] != due:
            found.append(f"docs/protocol.md says {rows[name]} of {name}, the code {due}")
    return found


def said_codes(source: str, enum: str) -> set[str]:
    """Members of an enumeration that a source does something with; as the key of a table they are only looked up."""
    tree = ast.parse(source)
    keys = {id(key) for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys}
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == enum and id(node) not in keys
    }


def section(page: str, title: str) -> str:
    """What stands under a heading, up to the next."""
    return page.partition(f"## {title}\n")[2].partition("\n## ")[0]


def stray_scripts(paths: dict[str, int]) -> list[str]:
    """JavaScript, as path and number of lines, beyond the files that must be JavaScript."""
    found = []
    for path, lines in paths.items():
        if path in SCRIPTS:
            if lines >= SCRIPT_LINES:
                found.append(f"{path}: {lines} lines, fewer than {SCRIPT_LINES}")
        elif not path.startswith("tests/bench/"):
            found.append(f"{path}: JavaScript lives in {' and '.join(sorted(SCRIPTS))} only")
    return found


# ---- the checkout --------------------------------------------------------------------------------------------------


def sources(*folders: str) -> list[tuple[str, str]]:
    files = [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]
    return [(file.relative_to(ROOT).as_posix(), file.read_text()) for file in files]


def scripts() -> dict[str, int]:
    found = {}
    for top in sorted(ROOT.iterdir()):
        if top.name in NOT_OURS or top.name.startswith("."):
            continue
        for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if file.suffix in SCRIPT_SUFFIXES:
                found[file.relative_to(ROOT).as_posix()] = len(file.read_text().splitlines())
    return found


@pytest.mark.parametrize("rule", [wrong_neighbours, impure_imports, foreign_imports, too_large])
def test_the_house_holds(rule: object) -> None:
    assert callable(rule)
    complaints = [complaint for path, source in sources("app", "signalling") for complaint in rule(path, source)]
    assert complaints == []


def test_the_app_package_is_empty() -> None:
    assert (ROOT / "app" / "__init__.py").read_text() == ""


def protocol_page() -> str:
    return (ROOT / "docs" / "protocol.md").read_text()


@pytest.mark.parametrize("module", ["app/room/messages.py", "app/swarm/wire.py"])
def test_the_protocol_page_tells_every_message_and_frame(module: str) -> None:
    assert untold((ROOT / module).read_text(), protocol_page()) == []


def test_the_protocol_page_tells_of_nothing_else() -> None:
    known = [
        name
        for module in ("app/room/messages.py", "app/swarm/wire.py")
        for name in words_of((ROOT / module).read_text())
    ]
    assert set(rows_of(protocol_page())) <= set(known)


def test_the_protocol_page_promises_only_the_refusals_that_are_made() -> None:
    told = re.findall(r"(?m)^\| `(\w+)` \|", section(protocol_page(), "Refusals"))
    said = {name for _, source in sources("app/room", "signalling") for name in said_codes(source, "Reason")}
    assert {name.upper() for name in told} == said


def test_the_protocol_page_promises_only_the_close_codes_that_are_sent() -> None:
    told = {int(code) for code in re.findall(r"(?m)^\| (\d{4}) \|", section(protocol_page(), "Close codes"))}
    said = {name for _, source in sources("signalling") for name in said_codes(source, "CloseCode")}
    assert told == {getattr(CloseCode, name) for name in said} | {1002, 1009}  # which are aiohttp's


def test_there_is_no_other_javascript() -> None:
    assert stray_scripts(scripts()) == []


# ---- each rule can fail --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("app/playback/timeline.py", "from app.room.state import Room"),
        ("app/playback/timeline.py", "from app import room"),
        ("app/room/reducer.py", "from app.session.events import Click"),
        ("app/room/reducer.py", "from app.swarm import wire"),
        ("app/room/reducer.py", "from ..swarm import wire"),
        ("app/room/reducer.py", "if True:\n    def f():\n        import app.loop"),
        ("app/swarm/swarm.py", "from app.peers.topology import neighbours"),
        ("app/peers/topology.py", "from app.room.state import Member"),
        ("app/recommend/ranker.py", "from app.playback.timeline import Timeline"),
        ("app/session/session.py", "from app.browser.video import Video"),
        ("app/session/session.py", "from app.views.home import Home"),
        ("app/browser/video.py", "from app.session.session import Session"),
        ("app/browser/video.py", "from app.room.state import Room"),
        ("app/browser/video.py", "from app.views import home"),
        ("app/views/home.py", "from app.session.effects import Render"),
        ("app/views/home.py", "from app.session import session"),
        ("app/views/home.py", "from app.browser.ffi import listen"),
        ("app/views/home.py", "from app.main import start"),
        ("app/session/session.py", "from app.loop import Loop"),
        ("app/loop.py", "from app.room.reducer import apply"),
        ("app/loop.py", "from app.main import start"),
        ("app/main.py", "from app.swarm.swarm import Swarm"),
        ("app/room/state.py", "from signalling.hub import Hub"),
        ("app/main.py", "import signalling"),
        ("signalling/hub.py", "from app.session.events import Click"),
        ("signalling/hub.py", "import app.swarm.wire"),
        ("signalling/hub.py", "from tests.support import films"),
    ],
)
def test_a_wrong_neighbour_is_seen(path: str, source: str) -> None:
    assert len(wrong_neighbours(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("app/room/reducer.py", "from app.playback.timeline import Timeline"),
        ("app/room/reducer.py", "from . import state\nfrom .state import Room\nfrom ..playback import timeline"),
        ("app/session/session.py", "from app.swarm import wire\nimport app.room.codec\nfrom .events import Click"),
        ("app/browser/peer_connection.py", "from app.swarm import wire\nfrom app.session import events, effects"),
        ("app/views/home.py", "from app.session.picture import Picture\nfrom app.room.state import Room"),
        ("app/main.py", "from app.loop import Loop\nfrom app.browser import video"),
        ("signalling/hub.py", "from app.room import reducer\nfrom signalling.limits import Limit\nimport aiohttp"),
        ("signalling/hub.py", "from .limits import Limit"),
    ],
)
def test_a_right_neighbour_is_welcome(path: str, source: str) -> None:
    assert wrong_neighbours(path, source) == []


@pytest.mark.parametrize("module", ["time", "random", "os.path", "asyncio", "logging", "js", "pyodide.ffi", "attrs"])
def test_an_impure_import_is_seen(module: str) -> None:
    for folder in PURE:
        assert len(impure_imports(f"app/{folder}/a.py", f"import {module}")) == 1
        assert len(impure_imports(f"app/{folder}/a.py", f"def f():\n    from {module} import x")) == 1
    assert len(impure_imports("app/room/a.py", f"__import__('{module}')")) == 1


def test_pure_imports_are_welcome() -> None:
    assert impure_imports("app/room/codec.py", "import json, cattrs\nfrom collections.abc import Callable") == []
    assert impure_imports("app/browser/clock.py", "import time") == []


def test_a_foreign_import_is_seen() -> None:
    assert len(foreign_imports("app/loop.py", "import js")) == 1
    assert len(foreign_imports("app/browser/files.py", "import requests")) == 1
    assert foreign_imports("app/browser/packages.py", "import micropip") == []
    assert len(foreign_imports("app/browser/files.py", "import pysubs2")) == 1
    assert foreign_imports("app/browser/files.py", "import asyncio\nfrom pyodide.ffi import create_proxy") == []


def test_a_large_module_is_seen() -> None:
    rule = "def f(): ...\n"
    assert too_large("app/room/state.py", rule * MODULE_LINES) == []
    assert too_large("app/room/state.py", "x = 1\n" * (MODULE_LINES + 1)) == []
    assert len(too_large("app/room/state.py", rule * (MODULE_LINES + 1))) == 1
    assert too_large("app/session/session.py", rule * SESSION_LINES) == []
    assert len(too_large("app/session/session.py", rule * (SESSION_LINES + 1))) == 1
    assert len(too_large("app/main.py", rule * (MAIN_LINES + 1))) == 1


def test_a_long_function_is_seen() -> None:
    body = '    """Two\n    lines."""\n' + "    x = 1\n" * (FUNCTION_LINES - 1)
    assert too_large("app/room/state.py", f"def f():\n{body}") == []
    assert len(too_large("app/room/state.py", f"class A:\n  async def f():\n{body}    x = 2\n")) == 1


MESSAGES = """
@dataclass(frozen=True)
class SetRate:
    rate: Rate
    lead_s: Lead = 0.1
class BadFrame(Exception): ...
"""
FRAMES = """
_BLOCK_TYPE = 16
@dataclass
class Have:
    code: ClassVar[int] = 4
    film_id: str
    piece: int
@dataclass
class BlockHeader:
    piece: int
"""


def test_a_row_that_tells_a_message_is_welcome() -> None:
    assert untold(MESSAGES, "| `set_rate` | `SetRate` | `rate`, `lead_s`? | host | how fast |") == []
    assert (
        untold(FRAMES, "| 4 | `Have` | `film_id` (32 bytes), `piece` (u32) | x |\n| 16 | `BlockHeader` | `piece` | y |")
        == []
    )


@pytest.mark.parametrize(
    "page",
    [
        "",
        "the `SetRate` message, `set_rate` on the wire, has `rate` and `lead_s`",
        "| `set_rate` | SetRate | `rate`, `lead_s` | |",
        "| set_rate | `SetRate` | `rate`, `lead_s` | |",
        "| `setrate` | `SetRate` | `rate`, `lead_s` | |",
        "| `set_rate` | `SetRates` | `rate`, `lead_s` | |",
        "| `set_rate` | `SetRate` | `rate` | `lead_s` |",
        "| `set_rate` | `SetRate` | rate, lead_s | |",
        "| `set_rate` | `SetRate` | `lead_s`, `rate` | |",
        "| `set_rate` | `SetRate` | `rate`, `lead_s`, `more` | |",
    ],
)
def test_a_message_that_is_not_told_is_seen(page: str) -> None:
    assert len(untold(MESSAGES, page)) == 1


@pytest.mark.parametrize(
    "row",
    ["| 5 | `Have` | `film_id`, `piece` | |", "| `have` | `Have` | `film_id`, `piece` | |", "| 4 | `Have` | piece | |"],
)
def test_a_frame_that_is_told_wrong_is_seen(row: str) -> None:
    assert len(untold(FRAMES, f"| 16 | `BlockHeader` | `piece` | |\n{row}")) == 1
    assert len(untold(FRAMES, "| 15 | `BlockHeader` | `piece` | |\n| 4 | `Have` | `film_id`, `piece` | |")) == 1


def test_a_code_that_is_only_looked_up_is_not_said() -> None:
    source = "raise Problem(Reason.CONFLICT)\nx = {Reason.TOO_LARGE: Reason.NOT_FOUND}\nOther.GONE"
    assert said_codes(source, "Reason") == {"CONFLICT", "NOT_FOUND"}


def test_stray_and_long_scripts_are_seen() -> None:
    assert len(stray_scripts({"app/views/menu.js": 3})) == 1
    assert len(stray_scripts({"app/browser/sw.js": SCRIPT_LINES})) == 1
    assert stray_scripts({"app/browser/sw.js": SCRIPT_LINES - 1, "tests/bench/tracker.mjs": 500}) == []
