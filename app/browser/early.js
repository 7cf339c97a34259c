// Until Python takes over, this keeps what people do for it. It decides nothing. The page's first picture waits for this
// and for the styles alone.
{
  // A drop can be looked into only while it happens: which of it is a folder, and the handles that outlive the page.
  const one = (item, entry = item.webkitGetAsEntry?.()) =>
    ({ file: item.getAsFile(), folder: entry?.isDirectory ? entry.name : "", handle: item.getAsFileSystemHandle?.() });
  const carried = ({ items }) => [...items].filter(({ kind }) => kind === "file").map((item) => one(item));

  const matinee = (globalThis.matinee = { early: [], ready: false, carried });
  document.documentElement.dataset.at = location.hash ? "link" : "home";

  const keep = (event, more) => {
    if (matinee.ready) return;
    matinee.early.push({ type: event.type, do: event.target.closest?.("[data-do]")?.dataset.do, ...more });
  };
  addEventListener("click", (event) => event.target.closest?.("button[data-do], a[data-do]") && keep(event), true);
  addEventListener("change", (event) => {
    const { value, files } = event.target;
    keep(event, { value, carried: [...(files ?? [])].map((file) => ({ file })) });
    if (files && !matinee.ready) event.target.value = ""; // else the same file, chosen again, would be no change
  }, true);
  addEventListener("drop", (event) => keep(event, { carried: carried(event.dataTransfer) }), true);
  addEventListener("submit", (event) => keep(event, { values: Object.fromEntries(new FormData(event.target)) }), true);
  for (const type of ["dragover", "drop", "submit"])
    addEventListener(type, (event) => matinee.ready || event.preventDefault(), true);
}
