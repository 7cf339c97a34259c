// The interpreter's start. The page loads this module first and PyScript imports the same instance as its
// `interpreter`, so Python is on its way before core.js has even arrived. Until Python takes over, it also
// keeps what people do and shows how far the start has come. It decides nothing.
export const version = "314.0.7";

const STARTED = "interpreter";
const WORDS = {
  "pyodide.asm.wasm": "Fetching the projector …",
  "python_stdlib.zip": "Unpacking the reels …",
  [STARTED]: "Dimming the lights …",
  "app.zip": "Opening the doors …",
};
const io = { stdout: console.log, stderr: console.error };
const matinee = (globalThis.matinee = { early: [], ready: false, carried: (transfer) => carried(transfer) });
document.documentElement.dataset.at = location.hash ? "link" : "home";

// ---- how far the start has come ------------------------------------------------------------------------------
const STEPS = ["core.js", "pyodide.asm.mjs", ...Object.keys(WORDS)];
const done = new Set();

function show(words) {
  const line = document.getElementById("boot-words");
  if (line && !matinee.ready) line.textContent = words;
}

function step(name) {
  if (!STEPS.includes(name) || done.has(name)) return;
  done.add(name);
  const bar = document.getElementById("boot-progress");
  if (bar) Object.assign(bar, { max: STEPS.length, value: done.size });
  if (WORDS[name]) show(WORDS[name]);
}

new PerformanceObserver((list) => {
  for (const { name } of list.getEntries()) step(new URL(name).pathname.split("/").pop());
}).observe({ type: "resource", buffered: true });

// ---- the interpreter -----------------------------------------------------------------------------------------
const started = import("./runtime/pyodide/pyodide.mjs").then(({ loadPyodide: load }) =>
  load({
    indexURL: new URL("./runtime/pyodide/", import.meta.url).href,
    stdout: (text) => io.stdout(text),
    stderr: (text) => io.stderr(text),
  }),
);
started.then(() => step(STARTED), () => show("Matinee could not start. Check your connection, then reload the page."));
setTimeout(() => show("This takes unusually long. Check your connection, then reload the page."), 60_000);

// PyScript's own options arrive after the start: of those only where Python's output goes matters here.
export function loadPyodide({ stdout, stderr }) {
  Object.assign(io, { stdout, stderr });
  return started;
}

// PyScript fetches the plugins of its MicroPython side too, unless that side reads a config that disables them.
const config = document.createElement("mpy-config");
config.setAttribute("src", "pyscript.toml");
document.head.append(config);

// ---- what people do before Python is up ----------------------------------------------------------------------
function keep(event, more) {
  if (matinee.ready) return;
  matinee.early.push({ type: event.type, do: event.target.closest?.("[data-do]")?.dataset.do, ...more });
}

// A drop can be looked into only while it happens: which of it is a folder, and the handles that outlive the page.
const one = (item, entry = item.webkitGetAsEntry?.()) =>
  ({ file: item.getAsFile(), folder: entry?.isDirectory ? entry.name : "", handle: item.getAsFileSystemHandle?.() });
const carried = ({ items }) => [...items].filter(({ kind }) => kind === "file").map((item) => one(item));

addEventListener("click", (event) => event.target.closest?.("button[data-do], a[data-do]") && keep(event), true);
addEventListener("change", (event) => {
  const { value, files } = event.target;
  keep(event, { value, carried: [...(files ?? [])].map((file) => ({ file })) });
}, true);
addEventListener("drop", (event) => keep(event, { carried: carried(event.dataTransfer) }), true);
addEventListener("submit", (event) => keep(event, { values: Object.fromEntries(new FormData(event.target)) }), true);
for (const type of ["dragover", "drop", "submit"])
  addEventListener(type, (event) => matinee.ready || event.preventDefault(), true);
