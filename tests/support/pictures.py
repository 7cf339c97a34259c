"""The pictures in the README, taken from the real thing: `python -m tests.support.pictures`."""

import asyncio
import subprocess
import tempfile
from pathlib import Path

import imageio_ffmpeg

from signalling import site
from tests.support.browsers import LiveServer, Profiles
from tests.support.people import Person
from tests.support.scenes import agree, rate_together, say

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
SECONDS = 40
SCENE = "mandelbrot=size=1280x720:rate=25:start_scale=0.9:end_scale=0.0004:end_pts=1000:maxiter=300"

# Whether something in there comes or goes.
MOVING = "inside => document.getAnimations().some(({ effect }) => inside.contains(effect.target))"


def make_film(folder: Path) -> Path:
    """A film that is nice to look at and nobody's property."""
    film = folder / "Seahorse Valley (2026).mp4"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", SCENE, "-t", str(SECONDS)]
    encode = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-b:v", "6M"]
    subprocess.run([*command, *encode, "-movflags", "+faststart", str(film)], check=True)
    return film


async def take(folder: Path) -> None:
    """Home, two who choose, and a screen in mid-film."""
    film = make_film(folder)
    built = site.build(ROOT / "build" / "pictures-site").out
    with LiveServer(folder, built) as server:
        async with Profiles(folder, server.url) as profiles:
            anna, bo = [Person(name, (await profiles.open(name)).page) for name in ("Anna", "Bo")]
            for one in (anna, bo):
                await one.page.emulate_media(color_scheme="dark")
            await anna.open(server.url)
            await anna.picture(PICTURES / "home.png")
            link = await anna.start_room(server.url)
            await anna.limit("up", 2)
            await bo.join(link)
            await rate_together(anna, bo)
            await bo.until(f"!({MOVING})(document)")
            await bo.picture(PICTURES / "choosing.png")
            await agree(anna, bo)
            await anna.choose(film)
            await asyncio.gather(anna.until_showing(), bo.until_showing())
            await say(bo, "Is this the one with the spirals?", anna)
            await say(anna, "Wait for the end.", bo)
            await anna.press_play_or_pause()
            await bo.until_playing_past(8.0)
            await say(bo, "Ooh.", anna)
            await bo.page.mouse.move(480, 400)
            await bo.until(f"!({MOVING})(document.getElementById('controls'))")
            await bo.picture(PICTURES / "guest.png")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="matinee-pictures-") as name:
        asyncio.run(take(Path(name)))
