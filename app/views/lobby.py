"""The room while nothing is on: invite friends, choose the film."""

from app.session.picture import Picture
from app.views import figures
from app.views.paper import Paper
from app.views.titles import title_of
from app.views.words import Words, prepared_share


def draw(paper: Paper, words: Words, picture: Picture, page_address: str) -> None:
    """Show the way in and the place for the film; the link is the page's own address with the invite behind it."""
    paper.text("room-code", picture.code)
    paper.property("invite-link", "value", f"{page_address}#{picture.invite}" if picture.invite else "")
    paper.shown("new-link", picture.may.lead and bool(picture.invite))
    preparing = picture.preparing
    paper.allow("lobby-film", picture.may.add and preparing is None, "", "")
    paper.shown("lobby-drop-button", picture.may.add and preparing is None)
    paper.shown("lobby-progress", preparing is not None)
    paper.attribute("lobby-drop", "data-preparing", "" if preparing else None)
    title, hint = _drop_words(words, picture)
    paper.text("lobby-drop-words", title)
    paper.text("lobby-drop-hint", hint)
    if preparing:
        paper.property("lobby-progress", "value", round(prepared_share(preparing), 3))


def _drop_words(words: Words, picture: Picture) -> tuple[str, str]:
    if picture.preparing:
        share = figures.share(prepared_share(picture.preparing))
        return (
            words.phrase("preparing_title", film=title_of(picture.preparing.name).text),
            words.phrase("preparing_hint", share=share),
        )
    if not picture.people:
        return words.phrase("connecting_room"), ""
    if not picture.may.add:
        return words.phrase("host_chooses"), words.phrase("host_chooses_hint")
    return words.phrase("drop_tonight"), words.phrase("drop_hint")
