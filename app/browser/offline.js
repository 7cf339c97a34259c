// The page opens without a network: when it asks for that, every file of this build is kept, the page last, and given
// as it lies there where the network has nothing good. Until all of it is kept, an older build that is stays, and is
// given whole. The builder puts this behind sw.js.

const OURS = `matinee ${registration.scope} `; // other pages of this origin keep things too
const KEPT = `${OURS}${BUILD}`;
const PAGE = at("index.html");
const LOCAL = new Set(FILES.map(at));
const NAMED = at("runtime/"); // after what is in it: under such a name lies the same in every build

const mayBeKept = (url) => LOCAL.has(url) || url.startsWith(NAMED);
const isWhole = (cacheName) => caches.match(PAGE, { cacheName });
const isOurs = async (page) => (await page.text()).includes(FILES.find((file) => file.endsWith("/boot.mjs")));
const builds = async () => [KEPT, ...(await caches.keys()).filter((name) => name.startsWith(OURS)).reverse()];

async function keep() {
  const cache = await caches.open(KEPT);
  const there = new Set((await cache.keys()).map(({ url }) => url));
  for (const file of FILES.filter((each) => !there.has(at(each)))) {
    const answer = await fetch(at(file), { cache: file.startsWith("runtime/") ? "default" : "no-cache" });
    // The host may serve the next build by now. Its page would not find here what it needs, so it is not kept.
    if (!answer.ok || (file === "index.html" && !(await isOurs(answer.clone())))) return;
    await cache.put(at(file), answer);
  }
  await forgetOlder();
}

// As long as a worker waits, the one at work needs what it has kept, and the other will. One that waits may not claim.
async function forgetOlder() {
  await clients.claim();
  if (registration.waiting || !(await isWhole(KEPT))) return;
  for (const name of await builds()) if (name !== KEPT) await caches.delete(name);
}

// What has a lasting name goes with the page that it was kept with.
async function kept(url) {
  if (url.startsWith(NAMED)) return caches.match(url);
  for (const cacheName of await builds()) if (await isWhole(cacheName)) return caches.match(url, { cacheName });
}

async function orKept(url, coming, inTime = coming, isGood = ({ ok }) => ok) {
  const answer = await inTime.catch(() => null);
  if (answer && isGood(answer)) return answer;
  return (await kept(url).catch(() => null)) ?? coming;
}

function pageOrKept(coming) {
  const late = new Promise((_, fail) => setTimeout(fail, 4000, new Error("It took too long.")));
  return orKept(PAGE, coming, Promise.race([coming, late]), ({ status }) => status < 500);
}
