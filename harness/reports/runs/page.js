// Filters scenarios, and opens what a link leads to. Everything else works without it.
"use strict";
(() => {
  const form = document.getElementById("filter");
  const words = document.getElementById("filter-words");
  const boxes = [...form.querySelectorAll("[data-verdict]")];
  const items = [...document.querySelectorAll("[data-scenario]")];
  const areas = [...document.querySelectorAll("[data-area]")];
  const state = document.getElementById("filter-state");

  function filter() {
    const wanted = words.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.verdict));
    const shownAreas = new Set();
    const shown = new Set();
    for (const item of items) {
      const fits = verdicts.has(item.dataset.verdict)
        && wanted.every((word) => item.dataset.scenario.includes(word));
      item.hidden = !fits;
      if (fits) {
        shownAreas.add(item.dataset.of);
        shown.add(item.dataset.scenario);
      }
    }
    for (const area of areas) area.hidden = !shownAreas.has(area.dataset.area);
    state.textContent = `${shown.size} shown`;
  }

  function openAll(open) {
    for (const item of items) {
      if (item.tagName === "DETAILS" && !item.hidden) item.open = open;
    }
  }

  function openTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let part = target; part; part = part.parentElement) {
      if (part.tagName === "DETAILS") part.open = true;
      if (part.hidden) part.hidden = false;
    }
    if (target) target.scrollIntoView();
  }

  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("open-all").addEventListener("click", () => openAll(true));
  document.getElementById("close-all").addEventListener("click", () => openAll(false));
  window.addEventListener("hashchange", openTarget);
  filter();
  openTarget();
})();
