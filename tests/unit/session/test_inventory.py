"""Which films there are, for the swarm."""

from dataclasses import replace

from app.room.state import Programme
from app.session.inventory import facts_of, films_in, films_of
from app.session.writing import MIME
from app.swarm.manifest import PIECE_SIZE
from app.swarm.media import Facts
from tests.unit.room.rooms import FILM, ITEMS, SUBTITLE, room

WITH_WORDS = replace(ITEMS[0], subtitles=(SUBTITLE,))


def test_subtitles_are_films_of_the_programme() -> None:
    seen = replace(room(), programme=Programme((WITH_WORDS, *ITEMS[1:])))
    assert films_in(seen) == {*(item.film.film_id for item in ITEMS), SUBTITLE.film_id}


def test_the_film_comes_after_its_subtitles() -> None:
    words, film = films_of(WITH_WORDS)
    assert film is WITH_WORDS.film
    assert facts_of(words) == Facts(SUBTITLE.film_id, SUBTITLE.size, PIECE_SIZE, MIME)


def test_the_swarm_is_told_the_container_alone() -> None:
    coded = replace(FILM, mime='video/mp4; codecs="avc1.64001f"')
    assert facts_of(coded) == Facts(FILM.film_id, FILM.size, FILM.piece_size, "video/mp4")
