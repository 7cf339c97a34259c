"""Texts in commands, as this server's Unicode cleans them: what is safe to show is decided on one side alone."""

from dataclasses import replace

from app.room.bounds import MAX_CHAT, MAX_NAME
from app.room.messages import Chat, Command, Join, Knock, QueueAdd, SubtitleAdd
from signalling.text import clean

# What is kept of a file name, in characters; longer ones may be sent.
KEPT_FILE_NAME = 200


def worded(command: Command) -> Command:
    """The command with every text in it cleaned."""
    match command:
        case Join(name=name) | Knock(name=name):
            return replace(command, name=clean(name, MAX_NAME, "Guest"))
        case Chat(text=text):
            return Chat(clean(text, MAX_CHAT, ""))
        case QueueAdd(film=film):
            return replace(command, film=replace(film, name=clean(film.name, KEPT_FILE_NAME, "Film")))
        case SubtitleAdd(subtitle=subtitle):
            named = replace(subtitle, name=clean(subtitle.name, KEPT_FILE_NAME, "Subtitles"))
            return replace(command, subtitle=named)
        case _:
            return command
