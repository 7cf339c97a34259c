"""How a page starts: with what lies in memory, and with what comes when it is wanted."""

import json

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import OpenProfile
from tests.support.browsers import LiveServer, Profiles
from tests.support.people import hold_python_back, person

LIBRARY_CAME = (
    'performance.getEntriesByType("resource").filter(({ name }) => name.endsWith("/python_stdlib.zip")).length'
)
# Says that it is Safari's, which takes over no memory, and whose interpreter does this now and then.
CRASHES_ONCE = """
globalThis.crashed = false;
const userAgent = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15";
Object.defineProperty(navigator, "userAgent", { value: userAgent });
const trap = [0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 127, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3,
              0, 0, 11];  // a function that takes a number, gives one, and is a trap
const { f: PyRun_SimpleString } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(trap))).exports;
const begin = WebAssembly.instantiateStreaming;
WebAssembly.instantiateStreaming = async (...given) => {
  const { instance, module } = await begin.apply(WebAssembly, given);
  if (crashed) return { instance, module };
  crashed = true;
  return { instance: { exports: { ...instance.exports, PyRun_SimpleString } }, module };
};
"""
# A module of the standard library that the app has no use for.
IMPORT = """async () => {
  const { src } = [...document.scripts].find(({ src }) => src.endsWith("/interpreter.mjs"));
  const python = await (await import(src)).started;
  return python.runPython("import colorsys; colorsys.rgb_to_hls(1, 1, 1)[1]");
}"""
# A tab that was opened at the back.
AT_THE_BACK = """
Object.defineProperties(document, { hidden: { get: () => true }, visibilityState: { get: () => "hidden" } });
"""
KNOWS_THAT_NOBODY_LOOKS = """async () => {
  const { src } = [...document.scripts].find(({ src }) => src.endsWith("/interpreter.mjs"));
  const python = await (await import(src)).started;
  return python.runPython(`
    import gc
    from app.playback.follow import Follower
    [follower.hidden for follower in gc.get_objects() if isinstance(follower, Follower)] == [True]
  `);
}"""
# How home looks as it is, as if Python had not come, and once it has stood like that for a moment.
THREE_LOOKS = """async () => {
  const drawn = (id) => { const { boxShadow, backgroundImage } = getComputedStyle(document.getElementById(id));
                          return [boxShadow, backgroundImage]; };
  const facts = () => getComputedStyle(document.querySelector(".facts")).visibility;
  const look = () => [...["home", "home-drop", "start", "home-name"].flatMap(drawn), facts()];
  const started = look();
  delete document.documentElement.dataset.screen;
  const first = look();
  await Promise.all(document.getAnimations().map(({ finished }) => finished));
  return [started, first, look()];
}"""


async def test_what_nobody_waited_for_comes_at_once(
    profile: OpenProfile, profiles: Profiles, server: LiveServer
) -> None:
    profiles.guard.allow("colorsys is wanted at once")
    anna = await person(profile, "Anna")
    await anna.open(server.url)
    assert await anna.page.evaluate(LIBRARY_CAME) == 0
    assert await anna.page.evaluate(IMPORT) == 1.0
    assert await anna.page.evaluate(LIBRARY_CAME) == 1


async def test_the_first_picture_comes_without_the_lights_and_they_come_on_without_a_script(
    profile: OpenProfile, server: LiveServer
) -> None:
    anna = await person(profile, "Anna")
    await anna.open(server.url)
    started, first, after = await anna.page.evaluate(THREE_LOOKS)
    *lights, facts = first
    wall, screen, button, name = zip(lights[::2], lights[1::2], strict=True)
    assert wall[1] == "none"
    assert "0px 0px 0px 10px" in screen[0], "its frame is there from the start"
    assert "220px" not in screen[0]
    assert screen[1] == "none"
    assert "34px" not in button[0]
    assert "inset" not in name[0]
    assert facts == "hidden"
    assert after == started
    assert "220px" in after[2]
    assert "34px" in after[4]
    assert "inset" in after[6]
    assert after[8] == "visible"


async def test_a_page_that_is_opened_at_the_back_knows_it(profile: OpenProfile, server: LiveServer) -> None:
    anna = await person(profile, "Anna")
    await anna.page.add_init_script(AT_THE_BACK)
    await anna.open(server.url)
    assert await anna.page.evaluate(KNOWS_THAT_NOBODY_LOOKS)


async def test_clicks_made_before_python_is_up_are_not_lost(profile: OpenProfile, server: LiveServer) -> None:
    anna = await person(profile, "Anna")
    clicked = await hold_python_back(anna.page)
    await anna.page.goto(server.url)
    await anna.page.fill("#home-name", "Anna")
    await anna.page.click("#start")
    clicked.set()
    await anna.is_in()
    await anna.until_shown("Anna’s room")


@pytest.mark.parametrize("memory", ["whole", "no such file", "of something else"])
async def test_python_takes_over_a_memory_or_starts_without(
    profile: OpenProfile, server: LiveServer, profiles: Profiles, memory: str
) -> None:
    anna = await person(profile, "Anna")
    if memory == "no such file":
        profiles.guard.allow("status of 404")
        await anna.page.route("**/python.bin", lambda route: route.fulfill(status=404))
    if memory == "of something else":
        await anna.page.route("**/python.bin", lambda route: route.fulfill(body=b"words " * 100_000))
    await anna.open(server.url)
    starts = "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.wasm')).length"
    assert await anna.page.evaluate(starts) == (1 if memory == "whole" else 2)
    await anna.start_room(server.url)


async def test_the_page_says_how_far_the_start_has_come(profile: OpenProfile, server: LiveServer) -> None:
    anna = await person(profile, "Anna")
    await anna.page.add_init_script(
        """globalThis.said = [];
        new MutationObserver(() => {
          const words = document.getElementById("boot-words")?.textContent;
          if (words && said.at(-1) !== words) said.push(words);
        }).observe(document, { subtree: true, childList: true, characterData: true });"""
    )
    await anna.open(server.url)
    said = json.loads(await anna.page.evaluate("JSON.stringify(said)"))
    assert len(said) >= 3
    await expect(anna.page.locator("#boot")).to_be_hidden()


async def test_an_engine_that_crashes_in_its_start_starts_again(profile: OpenProfile, server: LiveServer) -> None:
    anna = await person(profile, "Anna")
    await anna.page.add_init_script(CRASHES_ONCE)
    await anna.open(server.url)
    assert await anna.page.evaluate("crashed")
    await anna.start_room(server.url)
