"""Whether every pure module is covered by its own tests: 95 % of its lines and branches, by one test file alone.

    python -m tools.own_coverage

`app/room/people.py` answers to `tests/unit/room/test_people.py`; what other tests happen to pass through does not
count, what runs on import does. All unit tests run, once, and every line remembers which of them ran it: who runs this
needs not run them again.
"""

import io
import re
import sys
import tempfile
from pathlib import Path

import coverage

from tools.call import call

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("playback", "room", "swarm", "peers", "recommend", "session")
TESTS = "tests/unit"
LEAST = 95.0
SETTINGS = (
    "[run]\nbranch = True\nsource = app\ndynamic_context = test_function\n[report]\ninclude_namespace_packages = True\n"
)


class TroubleError(Exception):
    """What is wrong, in one sentence for the person at the keyboard."""


def run_tests(root: Path, into: Path) -> coverage.Coverage:
    """The unit tests under `root`, run with one context a test. `into` is a folder for the data."""
    settings, data = into / "settings", into / "data"
    settings.write_text(SETTINGS)
    traced = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", f"--data-file={data}"]
    command = [*traced, "-m", "pytest", "-p", "no:cacheprovider", TESTS]
    if call(command, cwd=root):
        raise TroubleError("The unit tests fail, so they cover nothing: mend what is FAILED above.")
    found = coverage.Coverage(data_file=str(data), config_file=str(settings))
    found.load()
    return found


def own_test(module: Path) -> Path:
    """The test file of `app/<room>/<module>.py`, both from the root."""
    return Path("tests", "unit", module.parent.name, f"test_{module.stem}.py")


def by_its_own(root: Path, found: coverage.Coverage) -> dict[Path, float]:
    """How much of each pure module, in per cent, its own tests cover."""
    shares = {}
    modules = [path for room in ROOMS for path in (root / "app" / room).glob("*.py") if path.stem != "__init__"]
    for path in sorted(modules):
        module = path.relative_to(root)
        own = re.escape(".".join(own_test(module).with_suffix("").parts))
        shares[module] = found.report(include=[str(path)], contexts=["^$", rf"^{own}\."], file=io.StringIO())
    return shares


def require(shares: dict[Path, float]) -> None:
    """Raises `TroubleError` naming each module that its own tests cover too little."""
    poor = [f"{module} ({share:.1f} %, {own_test(module)})" for module, share in shares.items() if share < LEAST]
    if poor:
        raise TroubleError(f"Covered by less than {LEAST:.0f} % by their own tests alone: {', '.join(poor)}.")


def main() -> int:
    try:
        with tempfile.TemporaryDirectory() as into:
            shares = by_its_own(ROOT, run_tests(ROOT, Path(into)))
            require(shares)
    except TroubleError as trouble:
        print(f"matinee: {trouble}")
        return 1
    print(f"Each of the {len(shares)} pure modules is covered by its own tests, {min(shares.values()):.1f} % at least.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
