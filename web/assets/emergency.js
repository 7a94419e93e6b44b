// The page of the emergency lane: what is typed is kept as it is typed, sent
// when there is a line, and erased when the receipt is there. Without this
// script the form is a plain form.
"use strict";

(() => {
  const form = document.getElementById("alarm");
  if (!form || !window.indexedDB || !window.isSecureContext || !crypto.subtle || !navigator.locks) return;
  const say = form.dataset, state = document.getElementById("state"), list = document.getElementById("receipts");
  const fields = ["hit", "needed", "callback"].map((name) => form.elements[name]);
  const time = (at) => new Intl.DateTimeFormat(say.locale, { dateStyle: "long", timeStyle: "short", timeZone: "Europe/Kyiv" }).format(at);
  // The seat goes along: another may be signed in here when the line returns.
  const typed = () => Object.fromEntries([...fields, form.elements.seat].map((f) => [f.name, f.value.trim()]));
  const fill = (text, places) => text.replace(/%(\w+)/g, (_, name) => places[name] ?? "");
  let pause = 0, timer, last = "";

  function tell(key, places = {}) {
    const text = key ? fill(say[key], places) : "";
    if (text !== last) state.textContent = last = text;
    state.className = key;
  }

  async function show() {
    const told = (await vault.told()).sort((a, b) => b.at - a.at);
    list.replaceChildren(...told.map((t) => {
      const line = document.createElement("li");
      if (t.expired) {
        line.textContent = fill(say.expired, { at: time(t.at) });
        return line;
      }
      const link = document.createElement("a");
      link.href = t.href;
      link.textContent = t.need;
      line.append(fill(say.received, { at: time(t.at) }) + " ", link, ". " + say.erased);
      return line;
    }));
  }

  // Try sends what waits, and comes back by itself while there is no line.
  async function attempt() {
    clearTimeout(timer);
    if ((await vault.waiting()).length === 0) { pause = 0; return show(); }
    tell("sending");
    const { state, status, why } = await vault.send();
    await show();
    const n = (await vault.waiting()).length;
    if (state === "" && n === 0) { pause = 0; return tell(""); }
    if (state === "refused") return tell("refused", { why: [why, status === 401 ? say.signin : ""].join(" ") });
    tell("waiting");
    pause = Math.min(pause * 2 || 1000, 30000);
    timer = setTimeout(attempt, pause);
    navigator.serviceWorker?.ready.then((r) => r.sync?.register("emergency")).catch(() => {});
  }

  let writing;
  form.addEventListener("input", () => {
    clearTimeout(writing);
    writing = setTimeout(async () => {
      try {
        await vault.keep(vault.DRAFT, typed());
        tell("saved");
      } catch {
        tell("unkept");
      }
    }, 300);
  });

  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    clearTimeout(writing);
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await vault.keep(crypto.randomUUID(), typed());
    } catch {
      button.disabled = false;
      return form.submit(); // nothing can be kept here: as a plain form
    }
    await vault.erase(vault.DRAFT);
    form.reset();
    fields.forEach((f) => { f.value = ""; });
    button.disabled = false;
    pause = 0;
    attempt();
  });

  const now = () => { pause = 0; attempt(); };
  addEventListener("online", now);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && now());
  navigator.serviceWorker?.addEventListener("message", () => attempt());
  navigator.serviceWorker?.register("/emergency/worker.js", { scope: "/emergency" }).catch(() => {});

  (async () => {
    const draft = await vault.open();
    const said = draft && await vault.read(draft);
    if (said && fields.every((f) => f.value === "")) {
      fields.forEach((f) => { f.value = said[f.name] ?? ""; });
      tell("saved");
    }
    attempt();
  })();
})();
