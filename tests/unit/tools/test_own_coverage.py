"""Every pure module is covered by its own tests, and by nobody else's. In a small checkout made for it."""

import shutil
from pathlib import Path

import pytest

from tools import own_coverage
from tools.own_coverage import LEAST, ROOMS, TroubleError, by_its_own, own_test, require, run_tests

CODE = """
def sign(number):
    if number < 0:
        return -1
    return 1
"""
HALF = """
def capped(number):
    if number > 9:
        number = 9
    return number
"""
WORDS = "LIMIT = 9\n\nclass Word:\n    text: str\n"
FILES = {
    "app/room/good.py": CODE,
    "app/room/good_neighbour.py": CODE,
    "app/room/shy.py": CODE,
    "app/room/alone.py": CODE,
    "app/room/__init__.py": "never = 1 if [] else 0\n",
    "app/swarm/twin.py": CODE,
    "app/peers/twin.py": CODE,
    "app/playback/half.py": HALF,
    "app/session/words.py": WORDS,
    "app/views/page.py": CODE,
    "tests/unit/room/test_good.py": "from app.room import good, shy, good_neighbour as near\n\n"
    "def test_all():\n    assert [part.sign(n) for part in (good, shy, near) for n in (-1, 1)] == [-1, 1] * 3\n",
    "tests/unit/room/test_shy_friend.py": "from app.room.shy import sign\n\n"
    "class TestShy:\n    def test_sign(self):\n        assert (sign(-5), sign(5)) == (-1, 1)\n",
    "tests/unit/room/test_good_neighbour.py": "import app.room.good_neighbour as near\nimport app.session.words\n\n"
    "class TestNear:\n    def test_sign(self):\n        assert (near.sign(-5), near.sign(5)) == (-1, 1)\n",
    "tests/unit/swarm/test_twin.py": "from app.peers import twin as theirs\nfrom app.swarm import twin as ours\n\n"
    "def test_both():\n    assert [twin.sign(n) for twin in (ours, theirs) for n in (-1, 1)] == [-1, 1, -1, 1]\n",
    "tests/unit/playback/test_half.py": "from app.playback.half import capped\n\n"
    "def test_much():\n    assert capped(10) == 9\n",
}


def checkout(root: Path, files: dict[str, str]) -> Path:
    """A small checkout with rooms of all names, and the settings of the real one."""
    shutil.copy(own_coverage.ROOT / "pyproject.toml", root)
    for room in ROOMS:
        (root / "tests" / "unit" / room).mkdir(parents=True)
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


@pytest.fixture(scope="module")
def shares(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """How much of each module of that checkout its own tests cover, in per cent."""
    root = checkout(tmp_path_factory.mktemp("checkout"), FILES)
    found = by_its_own(root, run_tests(root, tmp_path_factory.mktemp("data")))
    return {module.as_posix(): share for module, share in found.items()}


def test_every_pure_module_is_measured_and_no_other(shares: dict[str, float]) -> None:
    pure = [path for path in FILES if path.split("/")[:2] in [["app", room] for room in ROOMS]]
    assert list(shares) == sorted(path for path in pure if "__init__" not in path)


@pytest.mark.parametrize("module", ["app/room/good.py", "app/room/good_neighbour.py", "app/swarm/twin.py"])
def test_a_modules_own_tests_count(shares: dict[str, float], module: str) -> None:
    assert shares[module] == 100


@pytest.mark.parametrize("module", ["app/room/shy.py", "app/peers/twin.py"])
def test_tests_of_another_module_do_not(shares: dict[str, float], module: str) -> None:
    assert 0 < shares[module] < 50, "the import alone"


def test_what_nobody_imports_is_not_covered(shares: dict[str, float]) -> None:
    assert shares["app/room/alone.py"] == 0


def test_what_runs_on_import_needs_no_test(shares: dict[str, float]) -> None:
    assert shares["app/session/words.py"] == 100


def test_a_branch_nobody_takes_is_missed(shares: dict[str, float]) -> None:
    assert shares["app/playback/half.py"] == pytest.approx(100 * 5 / 6), "four lines and one branch of two"


def test_tests_that_fail_cover_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    failing = {"tests/unit/peers/test_twin.py": "def test_twin():\n    assert not 'a reason'\n"}
    with pytest.raises(TroubleError, match="unit tests fail"):
        run_tests(checkout(tmp_path, failing), tmp_path)
    assert "a reason" in capfd.readouterr().out


def test_whatever_is_below_is_named_with_its_test() -> None:
    poor = {Path("app/room/shy.py"): 94.96, Path("app/room/good.py"): LEAST, Path("app/peers/twin.py"): 12.0}
    with pytest.raises(TroubleError) as caught:
        require(poor)
    assert str(caught.value) == (
        "Covered by less than 95 % by their own tests alone: app/room/shy.py (95.0 %, tests/unit/room/test_shy.py), "
        "app/peers/twin.py (12.0 %, tests/unit/peers/test_twin.py)."
    )


def test_where_nothing_is_below_nothing_is_said() -> None:
    require({Path("app/room/good.py"): LEAST, Path("app/room/shy.py"): 100.0})


def test_the_rooms_are_those_that_stand_here() -> None:
    for room in ROOMS:
        assert (own_coverage.ROOT / "app" / room).is_dir()
        assert (own_coverage.ROOT / own_test(Path("app", room, "any.py"))).parent.is_dir()


def test_the_command_fails_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(own_coverage, "ROOT", checkout(tmp_path, FILES))
    assert own_coverage.main() == 1
    said = capsys.readouterr().out
    assert said.startswith("matinee: Covered by less than 95 % by their own tests alone: app/peers/twin.py (")
    assert said.count("\n") == 1


def test_the_command_is_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = {path: text for path, text in FILES.items() if "good_neighbour" in path or "words" in path}
    monkeypatch.setattr(own_coverage, "ROOT", checkout(tmp_path, good))
    assert own_coverage.main() == 0
    assert capsys.readouterr().out == "Each of the 2 pure modules is covered by its own tests, 100.0 % at least.\n"
