// Lets <video> read a film from the page that holds its pieces: every request below `media/` goes to that page over
// a MessageChannel, and what the page answers is the response. Which bytes, which status, how long to wait: all of
// that is the page's business. Nothing is remembered here, so a worker put to sleep between two requests loses nothing.
// A download is such a request too, of a page that names itself; its answer comes piece by piece, as it is taken.
// And the page opens without a network: when it asks for that, every file of this build is kept, and given as it lies
// there where the network has no answer. A worker of a newer build waits until no page is open under the older one.

const FILES = []; // written by the builder: all but this one, the page last
const BUILD = "";
const OURS = `matinee ${registration.scope} `; // other pages of this origin keep things too
const KEPT = `${OURS}${BUILD}`;
const at = (file) => new URL(file === "index.html" ? "./" : file, registration.scope).href;
const MEDIA = new URL(at("media/")).pathname;
const LOCAL = new Set(FILES.map(at));

addEventListener("activate", (event) => event.waitUntil(Promise.allSettled([clients.claim(), forgetOlder()])));
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
  else if (request.mode === "navigate") event.respondWith(within(4000, fetch(request), at("./")));
  else if (LOCAL.has(request.url)) event.respondWith(fetch(request).catch((error) => kept(request.url, error)));
});

async function keep() {
  const cache = await caches.open(KEPT);
  const there = new Set((await cache.keys()).map(({ url }) => url));
  for (const file of FILES.filter((each) => !there.has(at(each)))) {
    const answer = await fetch(at(file), { cache: file.startsWith("runtime/") ? "default" : "no-cache" });
    // The host may serve the next build by now. Its page would not find here what it needs, so it is not kept.
    if (!answer.ok || (file === "index.html" && !(await isOurs(answer.clone())))) return;
    await cache.put(at(file), answer);
  }
}

const isOurs = async (page) => (await page.text()).includes(FILES.find((file) => file.endsWith("/boot.mjs")));
const kept = async (url, error) => (await caches.match(url, { cacheName: KEPT })) ?? Promise.reject(error);

function within(ms, coming, url) {
  const late = new Promise((_, fail) => setTimeout(fail, ms, new Error("It took too long.")));
  return Promise.race([coming, late]).catch((error) => kept(url, error).catch(() => coming));
}
async function forgetOlder() {
  for (const name of await caches.keys()) if (name.startsWith(OURS) && name !== KEPT) await caches.delete(name);
}

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
