// Lets <video> read a film from the page that holds its pieces: every request below `media/` goes to that page over
// a MessageChannel, and what the page answers is the response. Which bytes, which status, how long to wait: all of
// that is the page's business. Nothing is kept here, so a worker put to sleep between two requests loses nothing.

const MEDIA = new URL("media/", registration.scope).pathname;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => {
  if (event.data?.type === "claim") event.waitUntil(clients.claim());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || !pathname.startsWith(MEDIA) || !["GET", "HEAD"].includes(request.method)) return;
  event.respondWith(askPage(event, decodeURIComponent(pathname.slice(MEDIA.length))));
});

async function askPage({ request, clientId, resultingClientId }, film) {
  const page = await clients.get(clientId || resultingClientId);
  if (!page) return new Response(null, { status: 503 });
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(new Response(data.body, { status: data.status, headers: data.headers }));
  });
  page.postMessage({ type: "media", film, method: request.method, range: request.headers.get("range") }, [port2]);
  return answer;
}
