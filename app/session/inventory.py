"""Which films there are, for the swarm: those of the programme, and the subtitles, which travel as films do."""

from app.room.state import Film, Item, Room
from app.session.writing import film_of
from app.swarm.codecs import split
from app.swarm.media import Facts


def films_in(room: Room) -> set[str]:
    """The ids of every film of the programme, and of all subtitles that go with them."""
    return {film.film_id for item in room.programme.items for film in films_of(item)}


def films_of(item: Item) -> tuple[Film, ...]:
    """What travels for one item of the programme, the film itself last."""
    return (*map(film_of, item.subtitles), item.film)


def facts_of(film: Film) -> Facts:
    """What the swarm must know of a film; to the video element the container alone is told, and it looks inside."""
    return Facts(film.film_id, film.size, film.piece_size, split(film.mime)[0])
