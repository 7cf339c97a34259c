// The interpreter's start. The page loads this module first and PyScript imports the same instance as its
// `interpreter`, so Python is on its way before core.js has even arrived. It decides nothing.
export const version = "314.0.7";

const io = { stdout: console.log, stderr: console.error };
const plain = {
  indexURL: new URL("../pyodide/", import.meta.url).href,
  stdout: (text) => io.stdout(text),
  stderr: (text) => io.stderr(text),
};
export const library = new URL("python_stdlib.zip", plain.indexURL).href;
// Empty in a site that was built without it; Safari's engine hangs on it.
const MEMORY = "../memory/python.bin";
const usable = MEMORY && !/AppleWebKit(?!.*Chrome\/)/.test(navigator.userAgent);

// Taking over the memory of a Python that has started saves half the time. Pyodide does not promise that for ever:
// where it fails or takes long, the start is a plain one. What takes long goes on coming, for the next time.
// The standard library has been imported in it as far as it is needed; a zip of nothing stands in for the rest.
async function memory() {
  const late = new Promise((_, fail) => setTimeout(fail, 4000, new Error("It took too long.")));
  const coming = fetch(new URL(MEMORY, import.meta.url)).then((answer) => answer.ok && answer.arrayBuffer());
  return (await Promise.race([coming, late])) || Promise.reject(new Error("It did not come."));
}

// In that memory the app has been imported; a Python that starts plainly finds it where it looks first.
async function plainly(load) {
  const app = fetch(new URL("./app.zip", import.meta.url)).then((answer) => answer.arrayBuffer());
  const [python, bundle] = await Promise.all([load(plain), app]);
  python.unpackArchive(bundle, "zip");
  return python;
}

// Safari's engine now and then runs the interpreter wrongly, and ends it while it starts; the next start is a good one.
const none = new URL("../memory/none.zip", import.meta.url).href;
const taken = usable ? memory() : undefined;
export const started = import("../pyodide/pyodide.mjs").then(({ loadPyodide: load }) =>
  (usable ? load({ ...plain, stdLibURL: none, _loadSnapshot: taken }) : plainly(load)).catch(() => plainly(load)),
);
taken?.catch(() => "told by its reader");

// PyScript's own options arrive after the start: of those only where Python's output goes matters here.
export function loadPyodide({ stdout, stderr }) {
  Object.assign(io, { stdout, stderr });
  return started;
}
