"""How many bytes to have under way from a peer: what its path holds twice over, and no more.

A data channel sends ever more at once until something is lost, and where much is lost at once it waits for a timeout of
0.4 s and longer (SCTP, RFC 9260, 6.3 and 7.2), often several times in a row. What was not asked for cannot be lost, so
the bytes under way are kept at twice rate × round trip, after Cardwell et al, "BBR: congestion-based congestion
control", 2016. The round trip is the shortest wait for an answer. Where the pipe is full, answers wait for each other:
so the shortest wait is forgotten after a while, and taken anew with little under way.

Measured in Chromium on loopback: with up to 512 KiB under way no timeout in 100 MB; with 1 MiB up to nine.
"""

LEAST_BYTES = 384 * 1024
GAIN = 2
BELIEVED_S = 30.0


class Pipe:
    """Of one peer. Times in seconds."""

    def __init__(self) -> None:
        self._least: float | None = None
        self._until = 0.0

    def answered(self, waited_s: float, now: float) -> None:
        """The first bytes of a request are here, `waited_s` after it was made."""
        was_shorter = self._least is not None and waited_s > self._least
        if was_shorter and now < self._until:
            return
        if was_shorter and waited_s > now - self._until:
            return  # it was made while the window was full
        self._least, self._until = waited_s, now + BELIEVED_S

    def holds(self, speed: float, now: float) -> int:
        """Bytes to have under way at `speed` bytes a second."""
        if self._least is None or now >= self._until:
            return LEAST_BYTES
        return max(LEAST_BYTES, int(GAIN * speed * self._least))
