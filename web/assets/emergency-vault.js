// What an emergency request keeps on the phone, and how it is sent. The page
// and its worker share this. What was typed lies encrypted under a key that
// cannot be read out (WebCrypto, not extractable); it is erased on receipt,
// and after a day in any case. With the last of it the key goes too, so that
// what the disk may still hold opens no more.
"use strict";

const vault = (() => {
  const DAY = 24 * 60 * 60 * 1000, DRAFT = "draft";

  const done = (request) => new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });

  let opened;
  const open = () => (opened ??= new Promise((yes, no) => {
    const request = indexedDB.open("emergency", 1);
    request.onupgradeneeded = () => ["keys", "kept", "told"].forEach((name) => request.result.createObjectStore(name));
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  }));
  const store = async (name, mode = "readonly") => (await open()).transaction(name, mode).objectStore(name);
  const get = async (name, id) => done((await store(name)).get(id));
  const put = async (name, id, value) => done((await store(name, "readwrite")).put(value, id));
  const drop = async (name, id) => done((await store(name, "readwrite")).delete(id));
  const all = async (name) => done((await store(name)).getAll());

  async function key() {
    const known = await get("keys", "key");
    if (known) return known;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await put("keys", "key", made);
    return made;
  }

  const locked = (what, run) => navigator.locks.request("emergency-" + what, run);

  async function keep(id, value, at = Date.now()) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), new TextEncoder().encode(JSON.stringify(value)));
    await put("kept", id, { id, at, iv, data });
  }

  // The key goes with the last of what it opens.
  async function erase(id) {
    await drop("kept", id);
    if ((await all("kept")).length === 0) await drop("keys", "key");
  }

  async function read(x) {
    try {
      return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: x.iv }, await key(), x.data)));
    } catch {
      return null; // its key has gone: nobody reads it any more
    }
  }

  async function purge(now = Date.now()) {
    for (const x of await all("kept")) {
      if (now - x.at < DAY) continue;
      await erase(x.id);
      if (x.id !== DRAFT) await put("told", x.id, { id: x.id, at: x.at, expired: true });
    }
    for (const x of await all("told")) if (now - x.at > 7 * DAY) await drop("told", x.id);
  }

  const waiting = async () => (await all("kept")).filter((x) => x.id !== DRAFT).sort((a, b) => a.at - b.at);

  // Send hands over what waits, each under the name that this phone gave it,
  // so that an answer that was lost and is asked for again makes nothing twice.
  // It says what became of it: "" all sent, "line", or why it was refused.
  const send = () => locked("send", async () => {
    await purge();
    for (const x of await waiting()) {
      const said = await read(x);
      if (!said) { await erase(x.id); continue; }
      let answer, body;
      try {
        answer = await fetch("/emergency", {
          method: "POST", credentials: "same-origin", headers: { Accept: "application/json" },
          body: new URLSearchParams({ ...said, key: x.id }), signal: AbortSignal.timeout(20000),
        });
        body = await answer.json();
      } catch {
        return { state: "line" };
      }
      if (answer.ok) {
        await put("told", x.id, { id: x.id, at: Date.now(), need: body.need, href: body.href });
        await erase(x.id);
      } else if (answer.status >= 500 || answer.status === 429) {
        return { state: "line" };
      } else {
        return { state: "refused", status: answer.status, why: body.detail };
      }
    }
    return { state: "" };
  });

  return { DRAFT, keep, erase, purge, waiting, send, open: async () => { await purge(); return get("kept", DRAFT); }, read, told: () => all("told") };
})();
