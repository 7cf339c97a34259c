"""Scenes of an evening that play in every browser: by what a `Screen` can do, and nothing else."""

import asyncio
from typing import Any

from tests.support.people import Person

TASTES = (("Alien", "Toy Story", "Fargo"), ("The Matrix", "Braveheart", "Shrek"))
_PRESS = "selector => [...document.querySelectorAll(selector)].find((each) => each.checkVisibility()).click()"


async def press(one: Person[Any], selector: str) -> None:
    """Click what can be seen of that kind, as soon as any can."""
    await one.until(f"[...document.querySelectorAll({selector!r})].some((each) => each.checkVisibility())")
    await one.page.evaluate(_PRESS, selector)


async def say(one: Person[Any], words: str, other: Person[Any]) -> None:
    """Say something that the other reads."""
    await one.page.fill("#chat-text", words)
    await one.page.click("#chat-panel [type=submit]")
    await other.until(f"document.getElementById('chat').textContent.includes({words!r})")


async def choose_together(one: Person[Any], other: Person[Any]) -> None:
    """Rate three films each, vote on the same card, and agree."""
    await rate_together(one, other)
    await agree(one, other)


async def rate_together(one: Person[Any], other: Person[Any]) -> None:
    """Rate three films each, and see the first card."""
    await press(one, "[data-do=find-together]")
    await asyncio.gather(*(_rate(who, taste) for who, taste in zip((one, other), TASTES, strict=True)))
    await asyncio.gather(*(who.until_shown("1 of 15") for who in (one, other)))


async def agree(one: Person[Any], other: Person[Any]) -> None:
    """Vote on the same card."""
    await asyncio.gather(*(who.page.click("#vote-watch") for who in (one, other)))
    await asyncio.gather(*(who.until_shown("You’re watching") for who in (one, other)))


async def _rate(one: Person[Any], titles: tuple[str, ...]) -> None:
    for title in titles:
        await one.page.fill("#film-search", title)
        loved = f'[aria-label^="Loved {title}, "]'
        await press(one, f"#found {loved}")
        await one.until(f"""document.querySelector('{loved}[aria-pressed="true"]')""")
    await one.page.click("#taste-ready")
