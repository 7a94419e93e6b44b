// Open pages are told what changes, by server-sent events: what an event named
// "swap" carries takes the place of the element's content, never while the
// reader's focus is in it. A line that is gone is said, and tried again: by the
// browser itself while it is the line, and by us when it was answered by
// something else, such as a proxy whose hub starts anew, after which browsers
// give up. Without script the page stays as it was made.
"use strict";

(() => {
  const place = document.querySelector("[data-live]");
  if (!place || !window.EventSource) return;
  let kept = null; // what came while the reader was inside
  let source = null;
  let lost = 0;
  let pause = 1000; // until we ask again, in milliseconds; longer each time

  const show = (html) => {
    if (place.contains(document.activeElement)) {
      kept = html;
      return;
    }
    kept = null;
    place.innerHTML = html;
  };

  const say = (text) => {
    place.querySelector(".live-bar.lost")?.remove();
    if (!text) return;
    const bar = document.createElement("p");
    const words = document.createElement("span");
    bar.className = "live-bar lost";
    words.textContent = text;
    bar.append(words);
    place.append(bar);
  };

  const open = () => {
    source = new EventSource(place.dataset.live);
    source.addEventListener("swap", (e) => show(e.data));
    source.addEventListener("open", () => {
      clearTimeout(lost);
      lost = 0;
      pause = 1000;
      say("");
    });
    // A stream ends by itself after a while; only one that does not come back
    // is worth a word.
    source.addEventListener("error", () => {
      lost ||= setTimeout(() => say(place.dataset.lost), 3000);
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(open, pause * (1 + Math.random()));
      pause = Math.min(2 * pause, 30000);
    });
  };

  place.addEventListener("focusout", () => setTimeout(() => kept !== null && show(kept)));
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (e) => e.persisted && open());
  open();
})();
