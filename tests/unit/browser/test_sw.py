"""What the service worker keeps and gives, in node: its own lines, with a host and a store that are easily broken."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from signalling import site
from signalling.node import node

CHECKOUT = Path(__file__).resolve().parents[3]
SCOPE = "https://host.example/films/"
# Of each build a file that is named after its content, one that is not, and the page.
BUILDS = {
    build: {
        f"runtime/page-{build}/boot.mjs": f"boot of {build}",
        "films.pack": f"films of {build}",
        "index.html": f"page of {build}: runtime/page-{build}/boot.mjs",
    }
    for build in ("old", "new")
}
STAGE = """
import vm from "node:vm";
const { scope, builds, workers } = JSON.parse(process.argv[1]);
let host = null; // what lies there by path, the status that it answers everything with, or null: it cannot be reached
let hangs = false;
const registration = { scope, waiting: null };
const kept = new Map();
const caches = {
  keys: async () => [...kept.keys()],
  delete: async (name) => kept.delete(name),
  open: async (name) => {
    if (!kept.has(name)) kept.set(name, new Map());
    const cache = kept.get(name);
    const put = async (url, answer) => cache.set(url, await answer.text());
    return { put, keys: async () => [...cache.keys()].map((url) => ({ url })) };
  },
  match: async (url, { cacheName } = {}) => {
    for (const [name, cache] of kept)
      if (cache.has(url) && [undefined, name].includes(cacheName)) return new Response(cache.get(url));
  },
};
async function fetch(what) {
  if (hangs) return new Promise(() => {});
  if (host === null) throw new TypeError("Failed to fetch");
  if (typeof host === "number") return new Response("an error", { status: host });
  const path = (what.url ?? what).slice(scope.length) || "index.html";
  return path in host ? new Response(host[path]) : new Response("not here", { status: 404 });
}
function begin(build) {
  const heard = {};
  let atWork = false;
  const claim = async () => { if (!atWork) throw new DOMException("It is not active.", "InvalidStateError"); };
  vm.runInNewContext(workers[build], {
    addEventListener: (kind, hear) => (heard[kind] ??= hear), // the first who answers does it
    registration, location: new URL(scope),
    setTimeout: (then, _, ...given) => hangs && setImmediate(then, ...given),
    clients: { claim }, caches, fetch, URL, Response,
  });
  async function happens(kind, more) {
    let work;
    heard[kind]({ waitUntil: (promise) => (work = promise), respondWith: (promise) => (work = promise), ...more });
    return work;
  }
  const asked = async (mode, path) => {
    const request = { mode, method: "GET", url: scope + path };
    const answer = await happens("fetch", { request }).catch(() => undefined);
    return answer && `${answer.status} ${await answer.text()}`;
  };
  registration.waiting = build;
  return {
    activate: () => { registration.waiting = null; atWork = true; return happens("activate"); },
    keep: () => happens("message", { data: { type: "keep" } }),
    page: () => asked("navigate", ""),
    file: (path) => asked("cors", path),
  };
}
const files = (build) => builds[build];
async function keptOld() {
  host = files("old");
  const worker = begin("old");
  await worker.activate();
  await worker.keep();
  return worker;
}
const count = () => kept.size;
const answer = await (async () => { %s })();
console.log(JSON.stringify(answer));
"""


def play(scene: str) -> Any:
    """What a scene in JavaScript returns."""
    source = b"\n".join((CHECKOUT / each).read_bytes() for each in site.WORKER_SOURCES)
    workers = {
        build: site.knowing(source, {path: words.encode() for path, words in files.items()}).decode()
        for build, files in BUILDS.items()
    }
    given = json.dumps({"scope": SCOPE, "builds": BUILDS, "workers": workers})
    command = [node(), "--input-type=module", "--eval", STAGE.replace("%s", scene), "--", given]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=60).stdout)


def given(build: str) -> list[str]:
    """The page, the file of its own name and the other, as they are given."""
    page, boot, films = (BUILDS[build][name] for name in ("index.html", f"runtime/page-{build}/boot.mjs", "films.pack"))
    return [f"200 {page}", f"200 {boot}", f"200 {films}"]


def all_of(worker: str, build: str) -> str:
    boot = f"runtime/page-{build}/boot.mjs"
    return f'[await {worker}.page(), await {worker}.file("{boot}"), await {worker}.file("films.pack")]'


def test_what_is_kept_is_given_where_there_is_no_network() -> None:
    assert play(f"const old = await keptOld(); host = null; return {all_of('old', 'old')};") == given("old")


def test_an_older_build_is_given_whole_until_the_newer_is_kept() -> None:
    scene = f"""
    await keptOld();
    host = files("new");
    const newer = begin("new");
    await newer.activate();
    host = null;
    const before = {all_of("newer", "old")};
    host = {{ "films.pack": files("new")["films.pack"] }};
    await newer.keep(); // it breaks off, and may not be mixed with what is whole
    host = null;
    const half = {all_of("newer", "old")};
    host = files("new");
    await newer.keep();
    host = null;
    return [before, half, {all_of("newer", "new")}, count()];
    """
    assert play(scene) == [given("old"), given("old"), given("new"), 1]


def test_a_newer_build_is_kept_while_it_waits_and_takes_nothing_from_the_older_at_work() -> None:
    scene = f"""
    const old = await keptOld();
    host = files("new");
    const newer = begin("new");
    await Promise.all([newer, old].map((each) => each.keep()));
    host = null;
    const waiting = {all_of("old", "old")};
    const both = count();
    await newer.activate();
    return [waiting, both, {all_of("newer", "new")}, count()];
    """
    assert play(scene) == [given("old"), 2, given("new"), 1]


def test_a_newer_page_is_given_what_is_kept_of_it_before_all_is() -> None:
    scene = """
    await keptOld();
    const newer = begin("new");
    await newer.activate();
    host = { ...files("new") };
    delete host["index.html"];
    await newer.keep();
    host = null;
    return newer.file("runtime/page-new/boot.mjs");
    """
    assert play(scene) == "200 boot of new"


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_host_in_trouble_is_like_none(status: int) -> None:
    assert play(f"const old = await keptOld(); host = {status}; return {all_of('old', 'old')};") == given("old")


def test_a_page_that_takes_too_long_is_given_as_it_is_kept() -> None:
    assert play("const old = await keptOld(); hangs = true; return old.page();") == given("old")[0]


def test_a_file_that_the_host_has_no_more_is_given_to_the_page_that_is_still_open() -> None:
    scene = """
    const old = await keptOld();
    host = files("new");
    return [await old.page(), await old.file("runtime/page-old/boot.mjs"), await old.file("films.pack")];
    """
    assert play(scene) == [given("new")[0], given("old")[1], given("new")[2]]


def test_what_is_not_kept_comes_as_the_host_gives_it() -> None:
    scene = """
    const old = begin("old");
    host = 502;
    const bad = [await old.page(), await old.file("runtime/page-old/boot.mjs")];
    host = null;
    return [...bad, await old.page() ?? "nothing", await old.file("films.pack") ?? "nothing"];
    """
    assert play(scene) == ["502 an error", "502 an error", "nothing", "nothing"]


def test_a_page_that_is_not_there_is_told_of() -> None:
    assert play("const old = await keptOld(); host = 404; return old.page();") == "404 an error"
