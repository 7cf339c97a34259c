"""Two groups of tests side by side: both are told of, and one that fails is enough."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tools import own_coverage, run_tests

ROOT = own_coverage.ROOT


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


FINE, BROKEN = python("print('fine')"), python("print('broken'); raise SystemExit(3)")


@pytest.mark.parametrize(
    ("main", "beside", "well"),
    [
        ([FINE, FINE], [FINE, FINE], True),
        ([BROKEN, FINE], [FINE], False),
        ([FINE, BROKEN], [FINE], False),
        ([FINE], [BROKEN, FINE], False),
        ([FINE], [FINE, BROKEN], False),
    ],
)
def test_one_that_fails_is_enough(main: list[tuple[str, ...]], beside: list[tuple[str, ...]], well: bool) -> None:
    assert run_tests.run(main, beside) is well


def test_all_of_it_runs_and_is_told_of_whatever_fails(capfd: pytest.CaptureFixture[str]) -> None:
    run_tests.run(
        [python("print('first'); raise SystemExit(1)"), python("print('second')")],
        [FINE, BROKEN, python("import sys; print('last', file=sys.stderr)")],
    )
    assert capfd.readouterr().out.split() == ["first", "second", "fine", "broken", "last"]


LEAST_URGENT = 19
MOST_S = 60
# Whoever is started in the background inherits that SIGINT is ignored.
CTRL_C = "import os, signal; signal.signal(signal.SIGINT, signal.SIG_DFL); os.kill(os.getpid(), signal.SIGINT)"


@pytest.mark.parametrize("end", ["raise SystemExit(2)", CTRL_C])
def test_after_an_interruption_nothing_is_begun(end: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert not run_tests.run([FINE], [python(end), python("print('never')")])
    assert "never" not in capfd.readouterr().out


def test_what_runs_beside_gives_way_as_a_session_of_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    tell = f"""
import os, pathlib
group = pathlib.Path("/proc/self/autogroup")
print(os.getsid(0), os.nice(0), *(group.read_text().split()[-1:] if group.exists() else [{run_tests.GIVE_WAY}]))
"""
    assert run_tests.run([FINE], [python(tell)])
    session, niceness, of_session = map(int, capfd.readouterr().out.split()[1:])
    assert session != os.getsid(0)
    assert niceness == min(os.nice(0) + run_tests.GIVE_WAY, LEAST_URGENT)
    assert of_session == run_tests.GIVE_WAY


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_who_is_interrupted_or_ended_lets_each_end_what_it_has_started(number: int, tmp_path: Path) -> None:
    ready, begun, cleaned_up = (tmp_path / name for name in ("ready", "begun", "cleaned_up"))
    os.mkfifo(ready)
    os.mkfifo(begun)
    main = f"""
import pathlib, signal, time
try:
    pathlib.Path({str(ready)!r}).write_text("")
    time.sleep({MOST_S})
except KeyboardInterrupt:
    time.sleep(0.5)  # longer than subprocess.run would wait
    pathlib.Path({str(cleaned_up)!r}).touch()
"""
    beside = f"""
import os, pathlib, signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
pathlib.Path({str(begun)!r}).write_text(str(os.getpid()))
time.sleep({MOST_S})
"""
    whole = f"""
import signal, sys
from tools import run_tests
signal.signal(signal.SIGINT, signal.default_int_handler)
run_tests.BROWSERS, run_tests.SERVER = (), (sys.executable, "-c", {main!r})
run_tests.BESIDE = ((sys.executable, "-c", {beside!r}),)
sys.exit(run_tests.main())
"""
    tests = subprocess.Popen([sys.executable, "-c", whole], cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        ready.read_text()
        other = int(begun.read_text())
        if number == signal.SIGINT:  # as a terminal does
            os.killpg(tests.pid, number)
        else:
            tests.send_signal(number)
        assert tests.wait(MOST_S) == (130 if number == signal.SIGINT else 128 + number)
        with pytest.raises(ProcessLookupError):
            os.kill(other, 0)
        assert cleaned_up.exists()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(tests.pid, signal.SIGKILL)
        tests.wait()


@pytest.mark.parametrize(("main", "code", "words"), [(FINE, 0, "Every test passed"), (BROKEN, 1, "Some tests failed")])
def test_the_last_line_says_how_it_went(
    main: tuple[str, ...], code: int, words: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run_tests, "BROWSERS", (main,))
    monkeypatch.setattr(run_tests, "BESIDE", (FINE,))
    monkeypatch.setattr(run_tests, "SERVER", FINE)
    assert run_tests.main() == code
    assert words in capfd.readouterr().out.splitlines()[-1]


def test_they_run_at_the_same_time(tmp_path: Path) -> None:
    # Each waits for the other to begin: one after the other they would wait for ever.
    meet = """
import pathlib, sys, time
mine, other = map(pathlib.Path, sys.argv[1:])
mine.touch()
end = time.monotonic() + 30
while not other.exists():
    assert time.monotonic() < end
    time.sleep(0.01)
"""
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    assert run_tests.run([(*python(meet), one, two)], [(*python(meet), two, one)])


def test_every_folder_of_tests_is_run_once() -> None:
    folders = {path.parent.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").rglob("test_*.py")}
    unit, others = run_tests.BESIDE
    assert all("tests/e2e" in command for command in run_tests.BROWSERS)
    assert [command[command.index("-m", 2) + 1] for command in run_tests.BROWSERS] == ["alone", "not alone"]
    assert "tools.own_coverage" in unit
    assert own_coverage.TESTS == "tests/unit"
    left_out = {part.removeprefix("--ignore=tests/") for part in others if part.startswith("--ignore")}
    assert left_out == {"e2e", "unit", "integration"}
    assert "tests/integration" in run_tests.SERVER
    assert folders >= {"e2e", "unit", "property", "simulation", "integration"}
