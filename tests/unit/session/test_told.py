"""What is told first, and until when. Page time in seconds."""

from app.room.errors import Reason
from app.room.messages import Chat, Pause
from app.session import events as ev
from app.session.picture import Notice, Returned, Trouble
from app.session.weighing import LARGE_BYTES
from tests.unit.session.parts import CODE, FILM, NOW, SEAT, Parts, inside, showing, unplugged, waiting_for_the_file


def told(parts: Parts) -> Trouble | None:
    found = parts.told.notice(NOW)
    return found.trouble if found else None


def lacking(parts: Parts, what: str) -> None:
    assert parts.told.handlers()[ev.BrowserLacks](ev.BrowserLacks(what), NOW) == []


def dismiss(parts: Parts) -> None:
    assert parts.told.handlers()[ev.NoticeDismissed](ev.NoticeDismissed(), NOW) == []


def test_what_is_told_is_what_matters_most() -> None:
    parts = waiting_for_the_file()
    assert told(parts) is Trouble.SOURCE_GONE
    lacking(parts, "peer_connections")
    assert told(parts) is Trouble.OLD_BROWSER
    parts.projection.notice = Notice(Trouble.CANNOT_PLAY)
    assert told(parts) is Trouble.CANNOT_PLAY
    parts.exchange.lending.notice = Notice(Trouble.UNREADABLE_FILE)
    assert told(parts) is Trouble.UNREADABLE_FILE
    parts.exchange.preparation.notice = Notice(Trouble.NOT_A_FILM)
    assert told(parts) is Trouble.NOT_A_FILM
    parts.told.refused(Reason.RATE_LIMITED, Pause())
    assert parts.told.notice(NOW) == Notice(Trouble.REFUSED, Reason.RATE_LIMITED)
    parts.entrance.notice = Notice(Trouble.WRONG_LINK)
    assert told(parts) is Trouble.WRONG_LINK


def test_what_was_read_is_gone_and_what_stood_behind_it_comes_up() -> None:
    parts = waiting_for_the_file()
    lacking(parts, "peer_connections")
    parts.entrance.notice = Notice(Trouble.WRONG_LINK)
    parts.told.refused(Reason.RATE_LIMITED, Pause())
    parts.exchange.lending.notice = parts.projection.notice = parts.exchange.preparation.notice = Notice(
        Trouble.CANNOT_PLAY
    )
    dismiss(parts)
    assert told(parts) is Trouble.OLD_BROWSER
    dismiss(parts)
    assert told(parts) is Trouble.SOURCE_GONE


def test_what_can_be_mended_stays_until_it_is() -> None:
    parts = waiting_for_the_file()
    dismiss(parts)
    assert told(parts) is Trouble.SOURCE_GONE


def test_what_came_after_all_is_not_missing() -> None:
    parts = inside()
    mended = parts.told.handlers()[ev.LackMended]
    assert mended(ev.LackMended("worker_script"), NOW) == []
    lacking(parts, "worker_script")
    mended(ev.LackMended("something_else"), NOW)
    assert told(parts) is Trouble.OLD_BROWSER
    mended(ev.LackMended("worker_script"), NOW)
    assert told(parts) is None


def test_what_is_missing_first_explains_the_rest() -> None:
    parts = inside()
    assert told(parts) is None
    lacking(parts, "secure_context")
    lacking(parts, "service_worker")
    assert parts.told.notice(NOW) == Notice(Trouble.OLD_BROWSER, "secure_context")


def test_what_went_wrong_in_a_room_stays_there() -> None:
    parts = inside()
    parts.told.refused(Reason.RATE_LIMITED, Pause())
    parts.exchange.lending.notice = parts.projection.notice = Notice(Trouble.UNREADABLE_FILE)
    lacking(parts, "peer_connections")
    parts.told.left()
    assert told(parts) is Trouble.OLD_BROWSER


def test_a_line_that_nobody_heard_goes_back_to_who_wrote_it_and_not_into_another_room() -> None:
    parts = inside()
    parts.told.refused(Reason.RATE_LIMITED, Pause())
    assert parts.told.returned == Returned()
    for number in (1, 2):
        parts.told.refused(Reason.RATE_LIMITED, Chat("Hello"))
        assert parts.told.returned == Returned(number, "Hello")
    parts.told.left()
    assert parts.told.returned == Returned(2)


def test_who_lets_go_of_files_has_done_with_bad_links_and_refusals() -> None:
    parts = inside()
    parts.entrance.notice = Notice(Trouble.BAD_LINK)
    parts.told.refused(Reason.RATE_LIMITED, Pause())
    parts.told.files_came()
    assert told(parts) is None
    parts.entrance.notice = Notice(Trouble.SERVER_UNREACHABLE)
    parts.told.files_came()
    assert told(parts) is Trouble.SERVER_UNREACHABLE


def test_who_lets_go_of_files_has_done_with_a_room_that_is_over_and_not_with_one_that_another_tab_has() -> None:
    parts = Parts()
    parts.entrance.close_for(Trouble.ROOM_ENDED)
    parts.told.files_came()
    assert told(parts) is None
    parts.entrance.opened(ev.FragmentChanged(CODE, SEAT), NOW)
    parts.entrance.close_for(Trouble.REPLACED)
    parts.told.files_came()
    assert told(parts) is Trouble.REPLACED


def test_a_question_about_a_large_file_is_answered_by_dismissing_it_or_by_leaving() -> None:
    parts = inside()
    large = ev.FilmChosen("file", "Satantango.mkv", LARGE_BYTES + 1, "")
    for answer in (lambda: dismiss(parts), parts.told.left):
        parts.exchange.weighing.holds(large, known=False)
        assert parts.told.notice(NOW) == Notice(Trouble.LARGE_FILE, large.name)
        answer()
        assert parts.exchange.weighing.release() == []


def test_what_became_of_saving_is_told_until_it_was_read() -> None:
    parts = inside()
    parts.exchange.stock.saving.notice = Notice(Trouble.NOT_SAVED, "Metropolis.mp4")
    assert told(parts) is Trouble.NOT_SAVED
    dismiss(parts)
    assert told(parts) is not Trouble.NOT_SAVED


def test_the_film_that_cannot_come_says_more_than_that_none_can() -> None:
    parts = unplugged(showing("ben"))
    assert parts.told.notice(NOW) == Notice(Trouble.UNCONNECTED, FILM.name)
    parts.exchange.left(NOW)
    assert parts.told.notice(NOW) == Notice(Trouble.OLD_BROWSER, "peer_connections")
