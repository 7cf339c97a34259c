"""Finding a film together: rating a few, the card that is up and everybody's votes, the film that was found."""

from collections.abc import Sequence

from app.room.deck import Card, Lack, VoteRule, Wish
from app.room.state import Role
from app.session.events import KnownFilm, Verdict
from app.session.picture import Choosing, Picture, Playing, Screen, Seeing
from app.views import poster
from app.views.lore import Lore
from app.views.paper import ROOT, Paper
from app.views.titles import Title, hue_of
from app.views.words import Words

_SHOWN = frozenset(Seeing) - {Seeing.NOTHING, Seeing.INVITED}
_ON_CARD = (Seeing.VOTING, Seeing.MATCHED)
_WAITS = (Seeing.WAITING, Seeing.DEALING)
_FILTERED = (Seeing.VOTING, Seeing.SPENT)
_FULL_DECK = 15
_FEWEST_FOR_MAJORITY = 3
_DECADES = range(1930, 2020, 10)


class Choose:
    """The part of the room where a film is found."""

    def __init__(self, paper: Paper, words: Words) -> None:
        self._paper = paper
        self._words = words
        self._seeing = Seeing.NOTHING
        self._genres: tuple[str, ...] = ()
        self._lore = Lore(paper, words)
        self._offer_decades()

    def draw(self, picture: Picture) -> None:
        """Bring it to the picture."""
        choosing, paper = picture.choosing, self._paper
        seeing = choosing.seeing
        self._draw_door(picture)
        paper.shown("choosing", seeing in _SHOWN)
        paper.attribute(ROOT, "data-choosing", seeing.value if seeing in _SHOWN else None)
        paper.attribute(ROOT, "data-beside", "" if seeing in _SHOWN and _film_goes_on(picture) else None)
        paper.shown("rating", seeing is Seeing.RATING)
        paper.shown("deck-waits", seeing in _WAITS)
        paper.shown("card-up", seeing in _ON_CARD)
        paper.shown("spent", seeing is Seeing.SPENT)
        paper.shown("end-choosing", picture.may.choose)
        paper.text("end-choosing", self._words.phrase("choose_done" if seeing is Seeing.MATCHED else "choose_stop"))
        paper.shown("step-out", not any(one.me and one.role is Role.HOST for one in picture.people))
        paper.text("choosing-title", self._title(choosing))
        alone = picture.screen is Screen.ALONE
        paper.text("choosing-eyebrow", self._words.phrase("choose_alone" if alone else "choose_start"))
        if seeing is Seeing.RATING:
            self._draw_rating(choosing)
        elif seeing in _WAITS:
            self._draw_waits(picture)
        elif choosing.ballot.card is not None and seeing in _ON_CARD:
            self._draw_card(picture, choosing.ballot.card)
        self._draw_spent(picture)
        self._draw_filters(picture)
        self._move_focus(seeing)

    # --- the way in

    def _draw_door(self, picture: Picture) -> None:
        choosing, phrase = picture.choosing, self._words.phrase
        invited = choosing.seeing is Seeing.INVITED
        for button in ("find-together", "find-next"):
            self._paper.text(button, phrase("choose_back" if invited else "choose_start"))
            self._paper.shown(button, picture.may.add or invited)
        self._paper.shown("together", bool(picture.people) and (picture.may.add or invited))

    def _title(self, choosing: Choosing) -> str:
        card = choosing.ballot.card
        if choosing.seeing is Seeing.MATCHED and card:
            return self._words.phrase("choose_match", film=card.title)
        key = f"choose_title_{choosing.seeing.value}"
        return self._words.phrase(key, film=card.title if card else "")

    def _move_focus(self, seeing: Seeing) -> None:
        """What was pressed is gone: the new heading takes the focus, so that it is read."""
        before, self._seeing = self._seeing, seeing
        if seeing is not before and before is not Seeing.NOTHING and seeing in _SHOWN:
            self._paper.element("choosing-title").focus()

    # --- rating

    def _draw_rating(self, choosing: Choosing) -> None:
        paper, phrase = self._paper, self._words.phrase
        found = choosing.found or ()
        numbers = {known.film for known in found}
        verdicts = {one.known.film: one.verdict for one in choosing.rated}
        paper.text("found-words", self._found_words(choosing))
        self._draw_films("found", found, verdicts)
        others = [one for one in reversed(choosing.rated) if one.known.film not in numbers]
        self._draw_films("rated", [one.known for one in others], verdicts)
        paper.text("rated-words", phrase("choose_rated", count=len(choosing.rated)) if choosing.rated else "")
        enough = choosing.lacking == 0
        lacking = "choose_lacking_one" if choosing.lacking == 1 else "choose_lacking"
        paper.text("taste-ready", phrase("choose_ready") if enough else phrase(lacking, count=choosing.lacking))
        paper.property("taste-ready", "disabled", not enough)

    def _found_words(self, choosing: Choosing) -> str:
        phrase = self._words.phrase
        if choosing.failed:
            return phrase("choose_failed")
        if choosing.found is None:
            return phrase("choose_searching")
        if not choosing.query.strip():
            return phrase("choose_suggested")
        return phrase("choose_found" if choosing.found else "choose_not_found", query=choosing.query.strip())

    def _draw_films(self, name: str, films: Sequence[KnownFilm], verdicts: dict[int, Verdict]) -> None:
        self._paper.rows(name, "known-row", [str(known.film) for known in films])
        for known in films:
            row = f"{name}/{known.film}"
            self._paper.text(f"{row}/name", known.title)
            self._paper.text(f"{row}/year", str(known.year))
            self._paper.text(f"{row}/thumb", known.title.removeprefix("The ")[:1].upper())
            self._paper.style(f"{row}/thumb", "--hue", str(hue_of(known.title)))
            for verdict in Verdict:
                part = f"{row}/{verdict.value}"
                label = self._words.phrase(f"rate_{verdict.value}", film=known.title, year=known.year)
                self._paper.attribute(part, "data-item", str(known.film))
                self._paper.attribute(part, "aria-label", label)
                self._paper.attribute(part, "title", label)
                pressed = verdicts.get(known.film) is verdict
                self._paper.attribute(part, "aria-pressed", "true" if pressed else "false")

    # --- waiting

    def _draw_waits(self, picture: Picture) -> None:
        choosing, phrase = picture.choosing, self._words.phrase
        waits = choosing.seeing is Seeing.WAITING and choosing.awaited
        names = self._words.names(choosing.awaited)
        self._paper.text("waits-words", phrase("choose_waits", names=names) if waits else phrase("choose_waits_cards"))
        self._paper.shown("deal-now", bool(waits) and picture.may.choose)

    # --- the card

    def _draw_card(self, picture: Picture, card: Card) -> None:
        choosing, paper, phrase = picture.choosing, self._paper, self._words.phrase
        ballot, voting = choosing.ballot, choosing.seeing is Seeing.VOTING
        place = phrase("choose_place", at=ballot.at + 1, count=len(ballot.cards))
        poster.draw(paper, "card-poster", str(card.film), Title(card.title, str(card.year)), place, str(card.year))
        few = phrase("choose_few", count=len(ballot.cards)) if len(ballot.cards) < _FULL_DECK else ""
        paper.text("card-kinds", " · ".join(part for part in (str(card.year), *card.genres, few) if part))
        paper.text("card-because", self._because(picture, card))
        self._lore.draw(choosing)
        self._draw_wishes(picture)
        mine = ballot.wish(choosing.me)
        for wish in Wish:
            paper.attribute(f"vote-{wish.value}", "aria-pressed", "true" if mine is wish else "false")
        paper.shown("vote-row", voting)
        paper.shown("match-row", not voting)
        paper.shown("keep-taste", choosing.unasked)
        paper.shown("card-foot", voting)
        paper.shown("undo-card", ballot.at > 0)
        paper.shown("draw-lots", choosing.tied and picture.may.choose)
        paper.shown("majority-form", picture.may.choose and len(ballot.voters) >= _FEWEST_FOR_MAJORITY)
        paper.property("majority", "checked", ballot.rule is VoteRule.MAJORITY)
        paper.attribute("match-film", "data-item", None)
        said = f"{place}: {card.title}, {card.year}"
        paper.text("choosing-said", said if voting else self._title(choosing))

    def _because(self, picture: Picture, card: Card) -> str:
        names = {person.id: person for person in picture.people}
        parts = [
            self._words.phrase(
                f"choose_{'loved' if one.loved else 'liked'}{'_you' if names[one.member].me else ''}",
                name=names[one.member].name,
                film=one.title,
            )
            for one in card.reasons
            if one.member in names
        ]
        phrase = self._words.phrase
        if card.why and not parts:
            return card.why
        because = phrase("choose_because_all", reasons=self._words.names(parts)) if parts else phrase("choose_popular")
        return phrase("choose_why", why=card.why, because=because) if card.why else because

    def _draw_wishes(self, picture: Picture) -> None:
        choosing, paper, ballot = picture.choosing, self._paper, picture.choosing.ballot
        voters = [person for person in picture.people if person.id in ballot.voters]
        paper.rows("wishes", "wish-row", [person.id for person in voters])
        for person in voters:
            row, wish = f"wishes/{person.id}", ballot.wish(person.id)
            key = f"wish_{wish.value if wish else 'none'}{'_you' if person.me else ''}"
            paper.text(f"{row}/avatar", person.name[:1].upper())
            paper.style(f"{row}/avatar", "--hue", str(hue_of(person.name)))
            paper.text(f"{row}/name", self._words.phrase("you_here") if person.me else person.name)
            paper.text(f"{row}/wish", self._words.phrase(key))
            paper.attribute(row, "data-wish", wish.value if wish else None)
        nudge = self._nudge([person.name for person in voters if ballot.wish(person.id) is None], choosing)
        paper.text("nudge", nudge)
        paper.shown("nudge", bool(nudge) and choosing.seeing is Seeing.VOTING)
        paper.shown("wishes", choosing.seeing is Seeing.VOTING and len(voters) > 1)

    def _nudge(self, undecided: list[str], choosing: Choosing) -> str:
        ballot, phrase = choosing.ballot, self._words.phrase
        if choosing.tied:
            return phrase("choose_nudge")
        if not ballot.votes or len(ballot.voters) < 2:
            return ""
        if ballot.wish(choosing.me) is None:
            return phrase("choose_nudge_you") if len(undecided) == 1 else ""
        return phrase("choose_nudge_others", names=self._words.names(undecided))

    # --- the end of a deck

    def _draw_spent(self, picture: Picture) -> None:
        ballot, phrase = picture.choosing.ballot, self._words.phrase
        cards, no_list = bool(ballot.cards), ballot.lacks is Lack.FILMS
        filtered = bool(ballot.filters.genres or ballot.filters.from_year) and not no_list
        none_fit = "choose_none_fit" if picture.may.choose or not filtered else "choose_none_fit_others"
        self._paper.text(
            "spent-words", phrase("choose_skipped" if cards else "choose_no_list" if no_list else none_fit)
        )
        self._paper.shown("more-cards", cards or no_list)
        self._paper.text("more-cards", phrase("choose_again" if no_list else "choose_more"))
        self._paper.shown("widen", filtered and picture.may.choose)
        self._paper.shown("undo-last", cards)

    def _draw_filters(self, picture: Picture) -> None:
        choosing = picture.choosing
        if choosing.genres != self._genres:
            self._offer("filter-genre", "choose_any_genre", [(genre, genre) for genre in choosing.genres])
            self._genres = choosing.genres
        filters = choosing.ballot.filters
        self._paper.property("filter-genre", "value", filters.genres[0] if filters.genres else "")
        self._paper.property("filter-decade", "value", str(filters.from_year or ""))
        shown = choosing.seeing in _FILTERED and picture.may.choose and bool(choosing.genres)
        self._paper.shown("filters", shown)
        few = choosing.seeing is Seeing.VOTING and len(choosing.ballot.cards) < _FULL_DECK
        self._paper.shown("widen-few", few and bool(filters.genres or filters.from_year))

    def _offer_decades(self) -> None:
        decades = [(str(year), self._words.phrase("choose_decade", decade=year)) for year in reversed(_DECADES)]
        self._offer("filter-decade", "choose_any_year", decades)

    def _offer(self, menu: str, everything: str, entries: Sequence[tuple[str, str]]) -> None:
        from js import Option

        element = self._paper.element(menu)
        element.replaceChildren()
        for value, label in (("", self._words.phrase(everything)), *entries):
            element.add(Option.new(label, value))
        self._paper.forget(menu, "value")


def _film_goes_on(picture: Picture) -> bool:
    """Whether there is a film that nobody should lose sight of while others look for the next one."""
    return picture.current is not None and picture.player is not None and picture.player.playing is not Playing.ENDED
