"""What the guard is told from a Firefox's log."""

import pytest

from tests.support.browsers import Guard
from tests.support.firefox import complaints

OURS = "http://127.0.0.1:4711"


@pytest.mark.parametrize(
    "line",
    [
        "matinee-request http://film.example/x",
        "matinee-request ws://127.0.0.1:9/socket",
        f"matinee-failed {OURS}/nowhere.png 80540005",
        'console.error: "one" ({a:1})',
        'console.warn: (new Error("two"))',
        f"JavaScript error: {OURS}/boot.mjs, line 3: ReferenceError: nothere is not defined",
    ],
)
def test_what_must_not_happen_is_told(line: str) -> None:
    assert len(list(complaints(f"matinee-opening\n{line}\nmatinee-closing\n", Guard(OURS)))) == 1


@pytest.mark.parametrize(
    "line",
    [
        f"matinee-request {OURS}/film?x=http://film.example",
        'console.debug: "[pyscript/main] PyScript Ready"',
        "console.error: RSLoader: ",
        "JavaScript error: resource://gre/modules/PrivateBrowsingUtils.sys.mjs, line 50: TypeError",
        "JavaScript warning: , line 0: The WebAssembly exception handling 'try' instruction is deprecated",
    ],
)
def test_what_firefox_says_of_itself_is_not(line: str) -> None:
    assert list(complaints(line, Guard(OURS))) == []


def test_a_script_that_the_closing_cuts_short_is_not_an_error_but_after_the_next_opening_it_is() -> None:
    error = f"JavaScript warning: {OURS}/app.mjs, line 1: Script terminated by timeout at:"
    assert list(complaints(f"matinee-closing\n{error}\n", Guard(OURS))) == []
    assert len(list(complaints(f"matinee-closing\nmatinee-opening\n{error}\n", Guard(OURS)))) == 1
