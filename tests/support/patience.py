"""How long a browser test waits for one thing before it fails: long, since a busy machine is slow and not wrong."""

PATIENCE_MS = 60_000.0
POLL_MS = 50.0
