"""Test films, made by the ffmpeg that imageio-ffmpeg carries, and kept in `build/films` under a hash of their recipe.

    python -m tests.support.films      make them all

The picture is ffmpeg's `testsrc2`, which has the time and the frame number written into it, under noise that no
encoder can squeeze: that gives files of a real film's size which any machine decodes with ease.
"""

import hashlib
import os
import struct
import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

HOME = Path(__file__).resolve().parents[2] / "build" / "films"
FRAMES_PER_SECOND = 25
PICTURE = f"testsrc2=size=640x360:rate={FRAMES_PER_SECOND},noise=alls=40:allf=t"
SOUND = "sine=frequency=330:beep_factor=4"
COPY_BYTES = 1 << 20
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one film is made. `arguments` stand between ffmpeg's inputs and its output; `source` is remuxed if named."""

    name: str
    file: str
    mime: str
    seconds: int
    arguments: tuple[str, ...]
    source: "Recipe | None" = None

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self} {PICTURE} {SOUND}".encode()).hexdigest()[:12]

    @property
    def path(self) -> Path:
        return HOME / self.key / self.file


@dataclass(frozen=True, slots=True)
class Film:
    """A film on disk: its length in seconds, its size in bytes, and what a browser calls its type."""

    path: Path
    mime: str
    seconds: float
    size: int

    @property
    def sha256(self) -> str:
        """Of the whole file, in hex."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def h264(kbps: int) -> tuple[str, ...]:
    """H.264 with AAC, a key frame every two seconds."""
    video = f"-c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g 50 -b:v {kbps}k -maxrate {kbps}k"
    return (*video.split(), "-bufsize", f"{kbps}k", "-c:a", "aac", "-b:a", "128k")


def vpx(codec: str, kbps: int) -> tuple[str, ...]:
    """VP8 or VP9 at libvpx's realtime settings, with Opus."""
    video = f"-c:v {codec} -deadline realtime -cpu-used 8 -row-mt 1 -threads 2 -pix_fmt yuv420p -g 50"
    rate = f"-b:v {kbps}k -minrate {kbps}k -maxrate {kbps}k"
    return (*video.split(), *rate.split(), "-c:a", "libopus", "-b:a", "96k")


INDEX_FIRST = ("-movflags", "+faststart")
MOOV_AT_END = Recipe("moov_at_end", "Late Index.mp4", "video/mp4", 50, h264(5400))
FASTSTART = Recipe("faststart", "Fast Start.mp4", "video/mp4", 50, INDEX_FIRST, source=MOOV_AT_END)
WEBM = Recipe("webm", "Open Reel.webm", "video/webm", 50, vpx("libvpx", 5200))
SHORT = Recipe("short", "Trailer.mp4", "video/mp4", 10, h264(2400))
SHORT_FASTSTART = Recipe(
    "short_faststart", "Second Trailer.mp4", "video/mp4", 12, (*h264(2000), "-movflags", "+faststart")
)
SHORT_WEBM = Recipe("short_webm", "Short Reel.webm", "video/webm", 10, vpx("libvpx-vp9", 2400))
# Uses up 1 MB a second.
HEAVY = Recipe("heavy", "Heavy Reel.webm", "video/webm", 50, vpx("libvpx", 8000))
# As a browser's recorder writes it: without a length and without an index.
LIVE_WEBM = Recipe("live_webm", "Recorded.webm", "video/webm", 4, (*vpx("libvpx", 2400), "-live", "1"))
# For benches alone: long enough to be watched for a minute and more.
LONG_MOOV_AT_END = Recipe("long_moov_at_end", "Long Late Index.mp4", "video/mp4", 100, h264(5400))
LONG_FASTSTART = Recipe("long_faststart", "Long Reel.mp4", "video/mp4", 100, INDEX_FIRST, source=LONG_MOOV_AT_END)
RECIPES = (MOOV_AT_END, FASTSTART, WEBM, SHORT, SHORT_FASTSTART, SHORT_WEBM, HEAVY, LIVE_WEBM)


def get(recipe: Recipe) -> Film:
    """The film of a recipe, made now if it is not there yet. Raises CalledProcessError if ffmpeg refuses."""
    if not recipe.path.exists():
        make(recipe)
    return Film(recipe.path, recipe.mime, recipe.seconds, recipe.path.stat().st_size)


def make(recipe: Recipe) -> None:
    recipe.path.parent.mkdir(parents=True, exist_ok=True)
    draft = recipe.path.with_name(f"draft-{os.getpid()}-{recipe.file}")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y"]
    if recipe.source:
        command += ["-i", str(get(recipe.source).path), "-c", "copy"]
    else:
        command += ["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", SOUND]
        command += ["-t", str(recipe.seconds)]
    subprocess.run([*command, *recipe.arguments, str(draft)], check=True)
    draft.replace(recipe.path)


# ---- films that are not quite films --------------------------------------------------------------------------------


def cut(film: Film, size: int, folder: Path) -> Path:
    """The first `size` bytes of a film, in a file of the same name in `folder`."""
    target = folder / film.path.name
    with film.path.open("rb") as source:
        target.write_bytes(source.read(size))
    return target


def not_a_film(folder: Path, name: str = "Not a Film.mp4") -> Path:
    """A text with a film's name."""
    target = folder / name
    target.write_text("These are words, whatever the name says.\n" * 1000)
    return target


def empty(folder: Path, name: str = "Nothing.mp4") -> Path:
    """A file without a byte."""
    target = folder / name
    target.write_bytes(b"")
    return target


def padded(film: Film, size: int, folder: Path) -> Film:
    """An MP4 blown up to exactly `size` bytes with a `free` box, which players skip; on disk it is a hole.

    The box goes before a `moov` that stands at the end and behind everything otherwise, so that no offset inside the
    film changes and the index stays where it was. Raises ValueError if the film does not fit.
    """
    padding = size - film.size
    if padding < 16:
        raise ValueError(f"{film.path.name} has {film.size} bytes and cannot be padded to {size}")
    *_, (last_kind, last_start, _) = boxes(film.path)
    seam = last_start if last_kind == "moov" else film.size
    target = folder / f"{size // MB} MB {film.path.name}"
    with film.path.open("rb") as source, target.open("wb") as out:
        copy(source.read, out.write, seam)
        out.write(struct.pack(">I4sQ", 1, b"free", padding))
        out.seek(seam + padding)
        copy(source.read, out.write, film.size - seam)
        out.truncate(size)
    return Film(target, film.mime, film.seconds, size)


def looped(film: Film, size: int, folder: Path) -> Film:
    """A film over and over until it has at least `size` bytes: a real one of that size, with an index of its own."""
    times = -(-size // film.size)
    target = folder / f"{times} times {film.path.name}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y"]
    command += ["-stream_loop", str(times - 1), "-i", str(film.path), "-c", "copy", str(target)]
    subprocess.run(command, check=True)
    return Film(target, film.mime, film.seconds * times, target.stat().st_size)


def copy(read: Callable[[int], bytes], write: Callable[[bytes], object], size: int) -> None:
    while size > 0:
        data = read(min(size, COPY_BYTES))
        write(data)
        size -= len(data)


def boxes(path: Path) -> Iterator[tuple[str, int, int]]:
    """The top-level boxes of an MP4 as (kind, start, size), in bytes (ISO/IEC 14496-12, 4.2)."""
    start, end = 0, path.stat().st_size
    with path.open("rb") as file:
        while start < end:
            file.seek(start)
            size, kind = struct.unpack(">I4s", file.read(8))
            if size == 1:
                (size,) = struct.unpack(">Q", file.read(8))
            yield kind.decode("latin-1"), start, size or end - start
            start += size or end - start


# ---- subtitles -----------------------------------------------------------------------------------------------------

Cues = Sequence[tuple[float, float, str]]


def srt(folder: Path, name: str, cues: Cues, encoding: str = "utf-8") -> Path:
    """SubRip: numbers, times with a comma, words. Times in seconds."""
    parts = (
        f"{number}\n{stamp(start, ',')} --> {stamp(end, ',')}\n{words}\n"
        for number, (start, end, words) in enumerate(cues, 1)
    )
    return _write(folder / name, "\n".join(parts), encoding)


def vtt(folder: Path, name: str, cues: Cues) -> Path:
    """WebVTT, with a note and names that are not to be read."""
    head = "WEBVTT\n\nNOTE nobody reads\nthis\n"
    parts = (f"name\n{stamp(start)} --> {stamp(end)} line:90%\n{words}\n" for start, end, words in cues)
    return _write(folder / name, "\n".join([head, *parts]))


def ass(folder: Path, name: str, cues: Cues) -> Path:
    """Advanced SubStation Alpha, with a drawing and a comment that are not to be read."""
    head = (
        "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Arial,20\n"
    )
    events = "\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    lines = [("Dialogue", start, end, words) for start, end, words in cues]
    lines += [("Comment", 0.0, 100.0, "Not this"), ("Dialogue", 0.0, 100.0, r"{\p1}m 0 0 l 9 0 9 9{\p0}")]
    rows = (f"{kind}: 0,{_short(start)},{_short(end)},Default,,0,0,0,,{words}" for kind, start, end, words in lines)
    return _write(folder / name, head + events + "\n".join(rows) + "\n")


def stamp(seconds: float, point: str = ".") -> str:
    """`0:01:02.345` as SubRip and WebVTT write it."""
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


def _short(seconds: float) -> str:
    return stamp(seconds)[1:-1]


def _write(target: Path, text: str, encoding: str = "utf-8") -> Path:
    target.write_bytes(text.encode(encoding))
    return target


def make_all() -> None:
    """Make every film that is missing, two at a time; remuxes last, since they wait for their source."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(get, (recipe for recipe in RECIPES if not recipe.source)))
        list(pool.map(get, (recipe for recipe in RECIPES if recipe.source)))


if __name__ == "__main__":
    make_all()
