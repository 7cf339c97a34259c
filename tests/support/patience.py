"""How long a browser test waits for one thing before it fails: long, since a busy machine is slow and not wrong.

`READY_S` is for a browser or a server to start.
"""

PATIENCE_MS = 60_000.0
POLL_MS = 50.0
READY_S = 60.0
