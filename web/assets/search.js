// What is found while it is typed opens under the search box: arrows walk it,
// Enter opens what is chosen, Escape closes it. Without script the box is a
// plain form.
"use strict";

(() => {
  const box = document.getElementById("search");
  if (!box) return;
  const form = box.form;
  const panel = document.createElement("div");
  const said = document.createElement("p");
  panel.className = "suggestions";
  panel.hidden = true;
  said.className = "hidden";
  said.setAttribute("role", "status");
  form.append(panel, said);
  box.autocomplete = "off";
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "search-list"], ["aria-expanded", "false"]]) {
    box.setAttribute(name, value);
  }

  let asked = "";
  let asking = null;
  let wait = 0;
  let at = -1;

  const options = () => [...panel.querySelectorAll("[role=option]")];

  const open = (on) => {
    panel.hidden = !on;
    box.setAttribute("aria-expanded", String(on));
    if (!on) choose(-1);
  };

  const choose = (n) => {
    const all = options();
    at = all.length ? n : -1;
    all.forEach((o, i) => o.setAttribute("aria-selected", String(i === at)));
    if (at < 0) {
      box.removeAttribute("aria-activedescendant");
      return;
    }
    box.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  };

  const ask = async () => {
    const typed = box.value.trim();
    if (typed === asked) return;
    asked = typed;
    asking?.abort();
    if (typed.length < 2) {
      open(false);
      return;
    }
    asking = new AbortController();
    try {
      const answer = await fetch(`${form.getAttribute("action")}/suggest?q=${encodeURIComponent(typed)}`, { signal: asking.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      panel.innerHTML = await answer.text();
    } catch (e) {
      if (e.name !== "AbortError") {
        asked = "";
        open(false);
      }
      return;
    }
    choose(-1);
    said.textContent = panel.firstElementChild?.dataset.said ?? "";
    open(panel.firstElementChild?.childElementCount > 0);
  };

  box.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(ask, 60);
  });
  box.addEventListener("focus", () => panel.firstElementChild?.childElementCount > 0 && box.value.trim() === asked && asked.length > 1 && open(true));
  box.addEventListener("keydown", (e) => {
    const all = options();
    if (e.key === "Escape" && !panel.hidden) {
      open(false);
    } else if ((e.key === "ArrowDown" || e.key === "ArrowUp") && !panel.hidden && all.length) {
      const step = e.key === "ArrowDown" ? 1 : -1;
      choose(at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step < 0 || at + step >= all.length ? -1 : at + step);
    } else {
      return;
    }
    e.preventDefault();
  });
  form.addEventListener("submit", (e) => {
    if (panel.hidden || at < 0) return;
    e.preventDefault();
    options()[at].click();
  });
  // A click on what is found must not close it before it counts.
  panel.addEventListener("mousedown", (e) => e.preventDefault());
  form.addEventListener("focusout", (e) => form.contains(e.relatedTarget) || open(false));
})();
