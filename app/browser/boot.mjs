// Until Python takes over, this shows how far the start has come. It decides nothing.
const started = import("./interpreter.mjs").then(({ library, started }) => ((matinee.library = library), started));

const STARTED = "interpreter";
const WORDS = {
  "python.bin": "Opening the doors …",
  "pyodide.asm.wasm": "Fetching the projector …",
  [STARTED]: "Dimming the lights …",
};

// ---- how far the start has come ------------------------------------------------------------------------------
const STEPS = ["core.js", "pyodide.asm.mjs", ...Object.keys(WORDS)];
const done = new Set();
let broken = false;

function show(words) {
  const line = document.getElementById("boot-words");
  if (line && !matinee.ready) line.textContent = words;
}

function step(name) {
  if (!STEPS.includes(name) || done.has(name)) return;
  done.add(name);
  const bar = document.getElementById("boot-progress");
  if (bar) Object.assign(bar, { max: STEPS.length, value: done.size });
  if (WORDS[name] && !broken) show(WORDS[name]);
}

new PerformanceObserver((list) => {
  for (const { name } of list.getEntries()) step(new URL(name).pathname.split("/").pop());
}).observe({ type: "resource", buffered: true });

// ---- the interpreter -----------------------------------------------------------------------------------------
started.then(() => step(STARTED), () => failed("Matinee could not start. Check your connection, then reload the page."));
// Pyodide does not tell of a program that it cannot run: it never comes.
const tooLong = () => failed("This takes unusually long. Check your connection, then reload the page.");
setTimeout(() => matinee.ready || tooLong(), 60_000);

// What was kept for a start without a network may be what is broken: the next start is to fetch it anew.
async function failed(words) {
  broken = true;
  show(words);
  for (const name of (await globalThis.caches?.keys()) ?? []) if (name.startsWith("matinee ")) await caches.delete(name);
}

// Have all of this kept for a time without a network, when nobody waits for anything any more. Where a worker waits, it
// is of the build that the host serves.
const keep = ({ waiting, active }) => (waiting ?? active).postMessage({ type: "keep" });
setTimeout(() => navigator.serviceWorker?.ready.then(keep), 60_000);

// PyScript fetches the plugins of its MicroPython side too, unless that side has a config that disables them.
const config = document.createElement("mpy-config");
config.textContent = document.querySelector("script[type=py]").getAttribute("config");
document.head.append(config);
