"""Every test: those without a browser run beside those with one, and are told of afterwards.

    python -m tools.run_tests

Browser tests that measure time go one after the other. The rest wait more than they work: two of them go side by side.
What runs beside them gives way, so it has no clock but its own. Tests of the server wait for real processes, which must
not starve: they come last. Everything runs to its end whatever fails, and one failure is enough to end with 1.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO, NoReturn

from tools.call import call

Command = Sequence[str]
PYTHON = sys.executable
# Seen once: Chromium ends the process of a page. Such a test is run once more, and told of as a rerun.
CRASHED = ("--reruns", "1", "--only-rerun", "Target crashed")
E2E: Command = (PYTHON, "-m", "pytest", "tests/e2e", *CRASHED)
BROWSERS: tuple[Command, ...] = ((*E2E, "-m", "alone"), (*E2E, "-m", "not alone", "-n", "2", "--dist", "worksteal"))
BESIDE: tuple[Command, ...] = (
    (PYTHON, "-m", "tools.own_coverage"),
    (PYTHON, "-m", "pytest", "--ignore=tests/e2e", "--ignore=tests/unit", "--ignore=tests/integration"),
)
SERVER: Command = (PYTHON, "-m", "pytest", "tests/integration", "-n", "2", "--dist", "worksteal")
GIVE_WAY = 10
STARVED_TEST_S = 900
# Linux shares processors between sessions first (autogroup), and each browser has its own: against them the niceness of
# a process alone counts for nothing (measured: half a core either way).
SESSION_NICENESS = Path("/proc/self/autogroup")
# So the kernel spaces changes of that by whoever is not root.
AGAIN_AFTER_S, TIMES = 0.1, 20
# Of Ctrl-C pytest ends with 2, Python by the signal.
INTERRUPTED = (2, -signal.SIGINT)


def give_way() -> None:
    """Let this process and all it starts have little more than what others leave, and be patient with its tests."""
    os.environ["PYTEST_TIMEOUT"] = str(STARVED_TEST_S)
    os.setsid()
    os.nice(GIVE_WAY)
    for _ in range(TIMES):
        try:
            SESSION_NICENESS.write_text(str(GIVE_WAY))
        except BlockingIOError:
            time.sleep(AGAIN_AFTER_S)
        except OSError:  # another system, or a kernel without it
            return
        else:
            return


def in_turn(commands: Sequence[Command], said: IO[str]) -> None:
    """Run all of these commands, one after the other, in a process that gives way, and end it with 1 where any failed.

    What they say goes into `said`.
    """
    give_way()
    codes = []
    with contextlib.suppress(KeyboardInterrupt):
        for command in commands:
            codes.append(call(command, said))
            if codes[-1] in INTERRUPTED:
                break
    sys.exit(len(codes) < len(commands) or any(codes))


def run(main: Sequence[Command], beside: Sequence[Command]) -> bool:
    """Whether all of it goes well: those of `main` are seen as they go, then what those `beside` them have said."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        others = multiprocessing.get_context("fork").Process(target=in_turn, args=(beside, said))
        try:
            others.start()
            codes = [call(command) for command in main]
            others.join()
        except BaseException:
            end(others)
            raise
        said.seek(0)
        sys.stdout.write(said.read())
        sys.stdout.flush()
    return not any(codes) and others.exitcode == 0


def end(others: BaseProcess) -> None:
    """Interrupt what runs beside: as another session it does not hear of anything by itself."""
    if others.pid is None:
        return
    try:
        os.killpg(others.pid, signal.SIGINT)
    except (ProcessLookupError, PermissionError):  # it has no session of its own yet, or is over
        with contextlib.suppress(ProcessLookupError):
            os.kill(others.pid, signal.SIGINT)
    others.join()


def hang_up(number: int, _frame: object) -> NoReturn:
    """The terminal was closed, or somebody ends us: what we have started is not left behind."""
    sys.exit(128 + number)


def main() -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, hang_up)
    try:
        well = run((*BROWSERS, SERVER), BESIDE)
    except KeyboardInterrupt:
        print("matinee: stopped; run it again to begin anew.")
        return 130
    print("matinee: Every test passed." if well else "matinee: Some tests failed: look for FAILED and ERROR above.")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
