"""Every test: those without a browser run beside those with one, and are told of afterwards.

    python tools/run_tests.py

Browser tests that measure time go one after the other. The rest wait more than they work: two of them go side by side.
What runs beside them gives way, so it has no clock but its own. Tests of the server wait for real processes, which must
not starve: they come last. Everything runs to its end whatever fails, and one failure is enough to end with 1.
"""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO

Command = Sequence[str]
PYTHON = sys.executable
# Seen once: Chromium ends the process of a page. Such a test is run once more, and told of as a rerun.
CRASHED = ("--reruns", "1", "--only-rerun", "Target crashed")
E2E: Command = (PYTHON, "-m", "pytest", "tests/e2e", *CRASHED)
BROWSERS: tuple[Command, ...] = ((*E2E, "-m", "alone"), (*E2E, "-m", "not alone", "-n", "2", "--dist", "worksteal"))
BESIDE: tuple[Command, ...] = (
    (PYTHON, "tools/own_coverage.py"),
    (PYTHON, "-m", "pytest", "--ignore=tests/e2e", "--ignore=tests/unit", "--ignore=tests/integration"),
)
SERVER: Command = (PYTHON, "-m", "pytest", "tests/integration", "-n", "2", "--dist", "worksteal")
GIVE_WAY = ("nice", "-n", "15")
# Ctrl-C reaches all of them: pytest ends with 2, Python by the signal.
INTERRUPTED = (2, -signal.SIGINT)


def in_turn(commands: Sequence[Command], said: IO[str]) -> bool:
    """Whether all of these commands, one after the other, go well; what they say goes into `said`."""
    well = True
    for command in commands:
        quiet = [*GIVE_WAY, *command]
        code = subprocess.run(quiet, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False).returncode
        if code in INTERRUPTED:
            return False
        well = well and code == 0
    return well


def run(main: Sequence[Command], beside: Sequence[Command]) -> bool:
    """Whether all of it goes well: those of `main` are seen as they go, then what those `beside` them have said."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said, ThreadPoolExecutor(1) as pool:
        others = pool.submit(in_turn, beside, said)
        codes = [subprocess.run(command, check=False).returncode for command in main]
        second = others.result()
        said.seek(0)
        sys.stdout.write(said.read())
        sys.stdout.flush()
    return not any(codes) and second


def main() -> int:
    try:
        well = run((*BROWSERS, SERVER), BESIDE)
    except KeyboardInterrupt:
        print("matinee: stopped; run it again to begin anew.")
        return 130
    print("matinee: Every test passed." if well else "matinee: Some tests failed: look for FAILED and ERROR above.")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
