"use strict";
(() => {
  const EVERY_MILLISECONDS = 1000;
  const MASK = "••••••";
  const shown = new Map(); // revealed secrets: name to value
  const latest = new Map(); // id of a part to its newest HTML
  const state = document.getElementById("state");
  const notice = document.getElementById("notice");
  let timer = null;

  const complain = (text) => {
    notice.textContent = text;
    notice.hidden = !text;
  };

  const show = (button) => {
    const value = shown.get(button.dataset.secret);
    button.textContent = value === undefined ? MASK : value;
    button.classList.toggle("shown", value !== undefined);
    button.setAttribute("aria-expanded", String(value !== undefined));
  };

  const fetchSecret = async (name) => {
    const answer = await fetch("secret?" + new URLSearchParams({ of: name }));
    if (answer.ok) shown.set(name, (await answer.json()).value);
    else shown.delete(name);
  };

  const isSelecting = (part) => {
    const selection = document.getSelection();
    return selection && !selection.isCollapsed && part.contains(selection.anchorNode);
  };

  // Replace only parts that changed, and keep open details and the focus.
  const put = (fresh) => {
    const part = document.getElementById(fresh.id);
    const html = fresh.innerHTML;
    if (!part || latest.get(fresh.id) === html || isSelecting(part)) return;
    latest.set(fresh.id, html);
    const open = new Set([...part.querySelectorAll("details[open]")].map((it) => it.dataset.key));
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    for (const it of fresh.querySelectorAll("details")) it.open = open.has(it.dataset.key);
    for (const it of fresh.querySelectorAll("[data-secret]")) show(it);
    part.replaceChildren(...fresh.childNodes);
    if (focused && focused.dataset.secret) {
      const name = CSS.escape(focused.dataset.secret);
      part.querySelector(`[data-secret="${name}"]`)?.focus({ preventScroll: true });
    }
  };

  const refresh = async () => {
    const names = [...shown.keys()].filter((name) => name.startsWith("totp-code/"));
    const [answer] = await Promise.all([fetch("live" + location.search), ...names.map(fetchSecret)]);
    if (!answer.ok) throw new Error(`the emulator returned ${answer.status}`);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of fresh.querySelectorAll("[data-live]")) put(part);
    for (const name of names) {
      for (const it of document.querySelectorAll("[data-secret]")) {
        if (it.dataset.secret === name) show(it);
      }
    }
  };

  const follow = async () => {
    clearTimeout(timer);
    if (document.hidden) {
      state.textContent = "paused";
      return;
    }
    try {
      await refresh();
      state.textContent = "live";
    } catch {
      state.textContent = "the emulator is not responding";
    }
    clearTimeout(timer);
    timer = setTimeout(follow, EVERY_MILLISECONDS);
  };

  const post = async (name, body) => {
    try {
      const answer = await fetch(name, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      complain(answer.ok ? "" : (await answer.json()).error);
    } catch {
      complain("The emulator is not responding.");
    }
    await follow();
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.post) await post(button.dataset.post, JSON.parse(button.dataset.body));
    const name = button.dataset.secret;
    if (!name) return;
    if (shown.has(name)) {
      if (String(document.getSelection())) return; // the user selects the value to copy it
      shown.delete(name);
    } else {
      await fetchSecret(name);
    }
    for (const it of document.querySelectorAll("[data-secret]")) show(it);
  });

  document.getElementById("plan").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { operation, code, times } = event.target.elements;
    const { message, status } = code.selectedOptions[0].dataset;
    await post("faults", {
      operation: operation.value,
      code: code.value,
      message,
      status: Number(status),
      times: times.value ? Number(times.value) : null,
    });
  });

  document.addEventListener("visibilitychange", follow);
  follow();
})();
