// While a need is written, the needs that it may ask for again are shown in
// their place in the form, by the words that stand in it. What is shown is
// sent along with the form. Nothing is replaced under the reader's finger.
"use strict";

(() => {
  const place = document.querySelector("[data-likely]");
  const form = place?.closest("form");
  if (!form) return;
  let wait = 0;
  let asking = null;

  const ask = async () => {
    if (place.contains(document.activeElement)) return;
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(place.dataset.likely, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: asking.signal });
      if (!answer.ok) return;
      const html = await answer.text();
      if (!place.contains(document.activeElement)) place.innerHTML = html;
    } catch {
      // the line is down: the form asks when it is submitted
    }
  };

  form.addEventListener("input", (e) => {
    if (!["title", "summary", "line", "sector", "lot_what"].includes(e.target.name)) return;
    clearTimeout(wait);
    wait = setTimeout(ask, 400);
  });
  // A browser keeps a page to come back to only when nothing of it is on its way.
  addEventListener("pagehide", () => {
    clearTimeout(wait);
    asking?.abort();
  });
  form.addEventListener("submit", () => {
    clearTimeout(wait);
    asking?.abort();
  });
})();
