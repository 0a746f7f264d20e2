"use strict";
(() => {
  const EVERY_MILLISECONDS = 1000;
  const NEWS_EVERY_MILLISECONDS = 5000;
  const TYPING_MILLISECONDS = 200;
  const shown = new Map(); // revealed secrets: name to what is shown
  const latest = new Map(); // id of a part to its newest HTML
  const news = new Map(); // what has come since the last announcement: noun to number
  const { view, pool } = document.body.dataset;
  const state = document.getElementById("state");
  const notice = document.getElementById("notice");
  let tag = "";
  let timer = null;
  let announced = 0;

  document.documentElement.classList.add("js");

  // What was done is told once, and not again by a reload.
  const place = new URL(location.href);
  place.searchParams.delete("done");
  // The overview stays with its pool, also when a newer one gets users.
  if (view === "" && pool) place.searchParams.set("pool", pool);
  history.replaceState(null, "", place);

  const say = (text, isBad) => {
    notice.hidden = !text;
    notice.classList.toggle("bad", isBad);
    notice.textContent = text;
    if (text) notice.scrollIntoView({ block: "nearest" });
  };

  // --- secrets -----------------------------------------------------------------------------------

  const isPicture = (name) => name.startsWith("totp-qr/");

  const show = (button) => {
    const value = shown.get(button.value);
    const isShown = value !== undefined;
    const label = (button.dataset.label ||= button.getAttribute("aria-label"));
    button.classList.toggle("shown", isShown);
    button.setAttribute("aria-pressed", String(isShown));
    if (isPicture(button.value)) {
      showPicture(button, value);
      return;
    }
    // A label replaces the text for screen readers, so it must have the secret too.
    button.setAttribute("aria-label", isShown ? `${label}: ${value}` : label);
    button.textContent = isShown ? value : button.dataset.mask;
  };

  const showPicture = (button, address) => {
    const next = button.nextElementSibling;
    const old = next && next.matches("img.qr") ? next : null;
    if (address === undefined) {
      if (old) old.remove();
    } else if (!old) {
      const picture = new Image();
      picture.className = "qr";
      picture.alt = "QR code that an authenticator app scans";
      picture.src = address;
      button.after(picture);
    } else if (old.src !== address) old.src = address;
  };

  const showAll = (root) => root.querySelectorAll("button.secret").forEach(show);

  const fetchSecret = async (name) => {
    const answer = await fetch("secret?" + new URLSearchParams({ of: name }));
    if (!answer.ok) {
      shown.delete(name);
      return;
    }
    const { value, seconds, used } = await answer.json();
    const left = seconds === undefined ? "" : ` · ${seconds} s${used ? " · used" : ""}`;
    shown.set(name, value + left);
  };

  // --- updates -----------------------------------------------------------------------------------

  const isSelecting = (part) => {
    const selection = document.getSelection();
    return selection && !selection.isCollapsed && part.contains(selection.anchorNode);
  };

  const isChoosing = (part) => {
    const active = document.activeElement;
    return part.contains(active) && active.matches("select, input, textarea");
  };

  const keyOf = (it) =>
    [it.tagName, it.getAttribute("href"), it.name, it.value, it.dataset.copy].join("\n");

  const count = (part, fresh) => {
    const more = Number(fresh.dataset.total) - Number(part.dataset.total);
    const noun = part.dataset.noun;
    if (more > 0) news.set(noun, (news.get(noun) || 0) + more);
    part.dataset.total = fresh.dataset.total;
  };

  // The forms beside the parts are for the pool of the document.
  const isOfOtherPool = (fresh) => fresh.id === "pools" && fresh.dataset.pool !== pool;

  // Replace only parts that changed, and keep the focus, a selection and what is being chosen.
  const put = (fresh) => {
    const part = document.getElementById(fresh.id);
    if (!part) return true;
    const html = fresh.innerHTML;
    if (latest.get(fresh.id) === html) return true;
    if (isSelecting(part) || isChoosing(part)) return false;
    latest.set(fresh.id, html);
    if (fresh.dataset.noun) count(part, fresh);
    const focused = part.contains(document.activeElement) ? keyOf(document.activeElement) : null;
    showAll(fresh);
    part.replaceChildren(...fresh.childNodes);
    if (focused === null) return true;
    const again = [...part.querySelectorAll("a, button")].find((it) => keyOf(it) === focused);
    if (again) again.focus({ preventScroll: true });
    else document.getElementById("main").focus({ preventScroll: true });
    return true;
  };

  const announce = () => {
    if (!news.size || Date.now() - announced < NEWS_EVERY_MILLISECONDS) return;
    announced = Date.now();
    const texts = [...news].map(([noun, number]) => `${number} new ${noun}${number > 1 ? "s" : ""}`);
    document.getElementById("news").textContent = texts.join(", ");
    news.clear();
  };

  const refresh = async () => {
    // A code changes with the clock, and all of them with another authenticator app.
    const names = [...shown.keys()].filter((name) => name.startsWith("totp-"));
    const query = new URLSearchParams(location.search);
    query.set("view", view);
    const headers = tag ? { "If-None-Match": tag } : {};
    const [answer] = await Promise.all([
      fetch(`live?${query}`, { headers }),
      ...names.map(fetchSecret),
    ]);
    if (!answer.ok && answer.status !== 304) throw new Error(`status ${answer.status}`);
    document.getElementById("clock").textContent = answer.headers.get("Harness-Time");
    if (answer.ok) {
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const parts = [...fresh.querySelectorAll("[data-live]")];
      if (parts.some(isOfOtherPool) && !isChoosing(document.body)) {
        location.reload();
        return;
      }
      // A part that is in use is put the next time, for which everything must come again.
      tag = parts.map(put).every(Boolean) ? answer.headers.get("ETag") : "";
    }
    if (names.length) showAll(document);
    announce();
  };

  const follow = async () => {
    clearTimeout(timer);
    if (document.hidden || !document.querySelector("[data-live]")) {
      state.textContent = document.hidden ? "paused" : "";
      return;
    }
    let text = "live";
    try {
      await refresh();
    } catch {
      text = "the emulator is not responding";
    }
    if (state.textContent !== text) state.textContent = text;
    clearTimeout(timer);
    timer = setTimeout(follow, EVERY_MILLISECONDS);
  };

  // --- what a person does ------------------------------------------------------------------------

  const send = async (form, button) => {
    // Not form.action: that is the field of this name.
    const fields = new URLSearchParams(new FormData(form, button));
    fields.set("as", "json");
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: fields });
      const { error, done, leads_to: place, leaves } = await answer.json();
      if (answer.ok && leaves) {
        location.assign(place);
        return;
      }
      say(answer.ok ? done : error, !answer.ok);
      if (answer.ok && form.matches("[data-reset]")) form.reset();
    } catch {
      say("The emulator is not responding.", true);
    }
    await follow();
  };

  const toggle = async (button) => {
    const name = button.value;
    if (!shown.has(name)) await fetchSecret(name);
    else if (String(document.getSelection())) return; // a value is selected to copy it
    else shown.delete(name);
    showAll(document);
  };

  const copy = async (button) => {
    const value = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(value);
      say(`Copied ${value}`, false);
    } catch {
      // Without HTTPS, browsers let pages of this machine alone write to the clipboard.
      say(`The browser does not let this page copy: ${value}`, true);
    }
  };

  const filter = async (form) => {
    const query = new URLSearchParams(location.search);
    for (const it of form.elements) {
      if (!it.name || it.type === "hidden") continue;
      const value = it.type !== "checkbox" || it.checked ? it.value : "";
      if (value) query.set(it.name, value);
      else query.delete(it.name);
      if (it.name === "find") query.delete("page");
    }
    query.delete("done");
    history.replaceState(null, "", `${location.pathname}?${query}`);
    await follow();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches(".secret")) {
      event.preventDefault();
      toggle(button);
    } else if (button.matches(".copy")) copy(button);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-act], [data-filter]")) return;
    event.preventDefault();
    if (form.matches("[data-filter]")) filter(form);
    else send(form, event.submitter);
  });

  let typing = null;
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !form.matches("[data-filter]")) return;
    clearTimeout(typing);
    typing = setTimeout(() => filter(form), TYPING_MILLISECONDS);
  });

  document.addEventListener("visibilitychange", follow);
  follow();
})();
