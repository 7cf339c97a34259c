// What another program shares with Matinee is posted to `shared`. It is kept as it came, and the page is opened, which
// takes it from there: what it is, and what becomes of it, is the page's business. The builder puts this behind sw.js.

const SHARED = at("shared");

addEventListener("fetch", (event) => {
  if (event.request.method === "POST" && event.request.url === SHARED) event.respondWith(receive(event.request));
});

async function receive({ body, headers }) {
  const keeping = caches.open(SHARED).then((cache) => cache.put(SHARED, new Response(body, { headers })));
  await keeping.catch(() => "there is no room: the page finds nothing, and says so");
  return Response.redirect(at("./?shared"), 303);
}
