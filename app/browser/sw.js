// Lets <video> read a film from the page that holds its pieces: every request below `media/` goes to that page over
// a MessageChannel, and what the page answers is the response. Which bytes, which status, how long to wait: all of
// that is the page's business. Nothing is remembered here, so a worker put to sleep between two requests loses nothing.
// A download is such a request too, of a page that names itself; its answer comes piece by piece, as it is taken.
// A worker of a newer build waits until no page is open under the older one. The builder puts `offline.js` behind this.

const FILES = []; // written by the builder: all but this one, the page last
const BUILD = "";
const at = (file) => new URL(file === "index.html" ? "./" : file, registration.scope).href;
const MEDIA = new URL(at("media/")).pathname;

addEventListener("activate", (event) => event.waitUntil(forgetOlder().catch(() => "nothing can be kept")));
addEventListener("message", (event) => {
  if (event.data?.type === "claim") event.waitUntil(clients.claim());
  if (event.data?.type === "keep") event.waitUntil(keep().catch(() => "there is no room, or no network"));
  if (event.data?.type === "who") event.ports[0].postMessage(event.source.id);
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, searchParams } = new URL(request.url);
  if (origin !== location.origin || !["GET", "HEAD"].includes(request.method)) return;
  if (pathname.startsWith(MEDIA))
    event.respondWith(askPage(event, decodeURIComponent(pathname.slice(MEDIA.length)), searchParams.get("page")));
  else if (request.mode === "navigate") event.respondWith(pageOrKept(fetch(request)));
  else if (mayBeKept(request.url)) event.respondWith(orKept(request.url, fetch(request)));
});

async function askPage({ request: { method, headers }, clientId, resultingClientId }, film, asker) {
  const page = await clients.get(asker || clientId || resultingClientId);
  if (!page) return new Response(null, { status: 503 });
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => {
    port1.onmessage = ({ data: { pulled, body, status, headers } }) =>
      resolve(new Response(pulled ? pulledFrom(port1) : body, { status, headers }));
  });
  page.postMessage({ type: "media", film, method, range: headers.get("range"), download: !!asker }, [port2]);
  return answer;
}

function pulledFrom(port) {
  const pull = (controller) =>
    new Promise((taken) => {
      port.onmessage = ({ data }) => {
        if (data instanceof ArrayBuffer) controller.enqueue(new Uint8Array(data));
        else if (data === "end") controller.close();
        else controller.error(new Error(data));
        taken();
      };
      port.postMessage("more");
    });
  return new ReadableStream({ pull, cancel: () => port.postMessage("enough") }, { highWaterMark: 0 });
}
