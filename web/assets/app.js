// What helps where script runs; everything works without it. "/" goes to the
// search box; j and k walk the rows of lists by their first link, and Enter
// opens it, as a link does by itself.
"use strict";

(() => {
  const typing = (e) =>
    e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, select, textarea, [contenteditable]");

  const rows = () =>
    [...document.querySelectorAll(".list tbody tr a[href]:first-of-type")]
      .filter((a) => a === a.closest("tr").querySelector("a[href]"));

  function walk(step) {
    const links = rows();
    if (links.length === 0) return;
    const here = document.activeElement?.closest?.(".list tbody tr")?.querySelector("a[href]");
    const at = links.indexOf(here);
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
    links[Math.min(Math.max(next, 0), links.length - 1)].focus();
  }

  document.addEventListener("keydown", (e) => {
    if (e.defaultPrevented || typing(e)) return;
    if (e.key === "/") {
      const box = document.getElementById("search");
      if (!box) return;
      box.focus();
      box.select();
    } else if (e.key === "j" || e.key === "k") {
      walk(e.key === "j" ? 1 : -1);
    } else {
      return;
    }
    e.preventDefault();
  });
})();
