// The app's own Python for decks, in the Pyodide of the site: `measure(code)` runs it with the pack at hand.
import { loadPyodide } from "./pyodide.mjs";

const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
const python = await loadPyodide({ indexURL: new URL("./", location.href).href });
python.unpackArchive((await bytes("app.zip")).buffer, "zip", { extractDir: "/home/pyodide" });
python.FS.writeFile("/home/pyodide/films.pack", await bytes("films.pack"));
globalThis.measure = (code) => python.runPython(code);
