"""A command that has a while to end what it has started when we are to end.

`subprocess.run` kills it a quarter of a second after Ctrl-C; its servers and browsers would go on.
"""

import contextlib
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO

CLEANS_UP_WITHIN_S = 60.0


def call(command: Sequence[str], said: IO[str] | None = None, cwd: Path | None = None) -> int:
    """The exit code of `command`; what it says goes into `said`. Raises what interrupts it, once it has ended."""
    process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL if said else None, stdout=said, stderr=said)
    try:
        return process.wait()
    except BaseException as why:
        if not isinstance(why, KeyboardInterrupt):  # of which it has heard itself
            process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(CLEANS_UP_WITHIN_S)
        process.kill()
        raise
