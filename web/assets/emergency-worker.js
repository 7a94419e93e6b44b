// The worker of the emergency lane: it keeps the page, so that it opens
// without a line, and sends what waits when the line returns and no page is
// open. FILES names what the page needs.
const SHELF = "emergency-" + self.FILES.join(" "), PAGE = "/emergency", HERE = { ignoreVary: true };

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const shelf = await caches.open(SHELF);
  await shelf.addAll([...self.FILES, PAGE]);
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("emergency-") && name !== SHELF) await caches.delete(name);
  await self.clients.claim();
})()));

// The page as it was kept, and a fresh one for the next time. A phone that was
// asked for another language keeps that page as well.
async function page(request) {
  const shelf = await caches.open(SHELF);
  const fresh = fetch(request).then((answer) => {
    if (answer.ok && !answer.redirected) for (const name of [request.url, PAGE]) shelf.put(name, answer.clone());
    return answer;
  });
  const kept = await shelf.match(request.url, HERE);
  if (kept) {
    fresh.catch(() => {});
    return kept;
  }
  return fresh.catch(async () => (await shelf.match(PAGE, HERE)) ?? Response.error());
}

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(request));
  else if (self.FILES.includes(url.pathname)) event.respondWith(caches.match(request, HERE).then((kept) => kept ?? fetch(request)));
});

async function handOver() {
  const { state } = await vault.send();
  for (const open of await self.clients.matchAll()) open.postMessage("sent");
  if (state === "line") throw new Error("no line yet"); // the browser tries again
}

self.addEventListener("sync", (event) => {
  if (event.tag === "emergency") event.waitUntil(handOver());
});
