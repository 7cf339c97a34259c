"""What a browser makes of what the server says: by its own code, and without a browser."""

from itertools import count

from app.room.messages import Happened, Ready, Reports, ServerMessage
from app.room.state import Room
from app.session.company import Company
from app.session.reporting import Reporting


class Page:
    """The room and the reports as a member sees them; `told` is every event that it heard of, however."""

    def __init__(self) -> None:
        ids = count()
        self._company, self.reporting = Company(lambda: str(next(ids))), Reporting()
        self.told: list[Happened] = []

    @property
    def room(self) -> Room | None:
        """As the server said it is."""
        return self._company.room

    @property
    def revision(self) -> int:
        """Up to where it has heard."""
        return self._company.revision

    def hear(self, message: ServerMessage) -> None:
        """Take one message; a gap among the revisions, about which a browser would ask, is an error here."""
        match message:
            case Ready():
                self.told += message.missed
                self._company.ready(message, 0.0)
                self.reporting.ready(message.limits)
            case Happened():
                self.told.append(message)
                assert self._company.happened(message) == []
            case Reports():
                self.reporting.heard(message)
