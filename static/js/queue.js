// The queue by keyboard: j k move, a accept, r and the key beside a reason reject, s later, t take, n the next, c e d the first step,
// u undo, g the lead's page. Every step is also a plain link or form. A decision always belongs to the lead in sight: a key
// pressed while another lead loads waits for it. What the server did not answer stays in sight as not done.
"use strict";

(() => {
  const PAUSE_BEFORE_OPENING = 90;
  const IDLE = 30_000;
  let opening = 0;
  let waiting = null;
  let scroll = 0;
  let mayFocus = true;
  let lastTouched = Date.now();
  let undone = null; // {verb, path, values}: what the server did not answer

  const one = (selector) => document.querySelector(selector);
  const links = () => [...document.querySelectorAll(".row-link")];
  const current = () => one(".row-link[aria-current]");
  const isWide = () => matchMedia("(width >= 48rem)").matches;
  const isBusy = () => Boolean(one("#decide [aria-busy=true]"));

  // ---- The focused row --------------------------------------------------------------------------------------------
  function mark(link) {
    for (const other of links()) {
      other.tabIndex = other === link ? 0 : -1;
      if (other !== link) other.removeAttribute("aria-current");
    }
    link.setAttribute("aria-current", "true");
  }

  function move(step) {
    const all = links();
    const next = all[all.indexOf(current()) + step];
    if (!next) return;
    mark(next);
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    waiting = null;
    clearTimeout(opening);
    opening = setTimeout(() => next.click(), PAUSE_BEFORE_OPENING);
  }

  function isInSight() {
    const panes = one("#panes");
    return !current() || panes?.dataset.handoff === current().dataset.handoff;
  }

  // ---- Decisions --------------------------------------------------------------------------------------------------
  function openReject() {
    const panel = one("[data-reject]");
    if (!panel) return;
    open(panel);
    (panel.querySelector("input:checked") || panel.querySelector("input[type=radio]"))?.focus();
  }

  function open(panel) {
    for (const other of document.querySelectorAll("#decide details[open]")) other.open = false;
    panel.open = true;
  }

  function later() {
    const back = one("[data-wake]");
    if (back) return back.requestSubmit();
    const panel = one("[data-later]");
    if (!panel) return;
    open(panel);
    panel.querySelector(".offer, input")?.focus();
  }

  function begin(key) {
    one(`[data-first-step] [aria-keyshortcuts="${key}"]`)?.click();
  }

  function accept() {
    const terms = one("[data-terms]");
    if (!terms) return one("[data-accept]")?.requestSubmit();
    terms.open = true;
    terms.querySelector("input[name=amount]").focus();
  }

  function choose(key) {
    if (isBusy()) return false;
    const named = `[data-number="${CSS.escape(key)}"]`;
    const radio = one(`#decide [open] ${named}, [data-reject][open] ${named}`);
    if (!radio) return false;
    if (radio.matches("button")) {
      radio.click();
      return true;
    }
    radio.checked = true;
    needNote(radio.form);
    if (radio.form.note.required && !radio.form.note.value.trim()) radio.form.note.focus();
    else radio.form.requestSubmit();
    return true;
  }

  function needNote(form) {
    form.note.required = Boolean(form.querySelector("[data-note]:checked"));
  }

  const ACTIONS = {
    a: accept,
    r: openReject,
    g: () => one("[data-lead-page]")?.click(),
    s: later,
    t: () => one("[data-take]")?.requestSubmit(),
    n: () => one("[data-next]")?.requestSubmit(),
    c: () => begin("c"),
    e: () => begin("e"),
    d: () => begin("d"),
    u: () => (one("[data-undo=attempt]") ?? one("[data-undo]"))?.requestSubmit(),
    j: () => move(1),
    k: () => move(-1),
  };

  function onKey(event) {
    const key = event.detail;
    if (choose(key)) {
      event.preventDefault();
      return;
    }
    if (!ACTIONS[key]) return;
    event.preventDefault();
    if (isBusy()) return;
    if ("argst".includes(key) && !isInSight()) waiting = ACTIONS[key];
    else ACTIONS[key]();
  }

  function closeReject() {
    const panel = one("[data-reject][open], [data-terms][open], [data-later][open]");
    if (!panel) return;
    panel.open = false;
    (current() || panel.querySelector("summary")).focus();
  }

  // ---- What the server answers ------------------------------------------------------------------------------------
  function busy(decide, isBusy) {
    for (const button of decide.querySelectorAll(".btn")) {
      button.setAttribute("aria-busy", String(isBusy));
      if (button.matches("button")) button.disabled = isBusy;
    }
  }

  function failed(event) {
    const form = event.detail.elt.closest?.("[data-does]");
    const decide = one("#decide");
    if (decide) busy(decide, false);
    if (form || event.detail.elt.id === "not-done") notDone(event.detail.requestConfig, form?.dataset.does);
    else if (event.detail.elt.matches?.(".row-link")) {
      event.detail.elt.removeAttribute("aria-current");
      waiting = null;
    }
  }

  function notDone({ verb, path, formData }, does) {
    const bar = one("#not-done");
    if (!bar) return;
    undone = { verb, path, values: Object.fromEntries(formData) };
    if (does) bar.querySelector("[data-what]").textContent = does;
    bar.hidden = false;
    bar.querySelector("[data-retry]").disabled = false;
  }

  function retry(button) {
    button.disabled = true;
    const { verb, path, values } = undone;
    htmx.ajax(verb, path, { source: "#not-done", target: "#queue", select: "#queue", swap: "outerHTML", values });
  }

  function letGo() {
    undone = null;
    one("#not-done").hidden = true;
  }

  function beforeSwap(event) {
    const { target, xhr } = event.detail;
    const isOurs = target.id === "queue" || target.id === "panes";
    if (!isOurs || !event.detail.shouldSwap) return;
    if (!xhr.responseText.includes(`id="${target.id}"`)) {
      event.detail.shouldSwap = false; // signed out, or another page altogether: go there
      location.assign(xhr.responseURL);
      return;
    }
    scroll = one(".rows")?.scrollTop ?? 0;
    mayFocus = document.activeElement === document.body || one("#queue").contains(document.activeElement);
  }

  // After settling, not after swapping: only then are the new forms htmx's.
  function afterSettle(event) {
    const id = event.detail.target.id;
    if (id === "queue") settle();
    if (undone && event.detail.requestConfig?.path === undone.path) letGo();
    if (id === "arrivals") arrived();
    if (id !== "panes" || !waiting) return;
    const action = waiting;
    waiting = null;
    if (isInSight()) action();
  }

  // A decision that was refused stands open: what is typed next belongs to it, and is no key.
  function mendRefused() {
    const refused = one("#decide details[open]");
    const field = refused?.querySelector("[aria-invalid=true]") ?? refused?.querySelector("input:checked, input[type=radio]");
    field?.focus();
    if (field?.matches("textarea")) field.setSelectionRange(field.value.length, field.value.length);
    return Boolean(field);
  }

  function settle() {
    const said = one("#queue [data-said]");
    if (said) one("#said").textContent = said.textContent;
    const rows = one(".rows");
    if (!rows) return;
    rows.scrollTop = scroll;
    const link = current();
    if (!link) return;
    mark(link);
    link.scrollIntoView({ block: "nearest" });
    if (mendRefused()) return;
    if (mayFocus && isWide()) link.focus({ preventScroll: true });
  }

  // Whoever has begun to write comes back to it: the list made anew would lose the words.
  function isWriting() {
    const written = (field) => field.value !== field.defaultValue;
    return Boolean(one("#decide [open], .call-later [open]")) || [...document.querySelectorAll("#panes :is(input, textarea)")].some(written);
  }

  // New leads wait behind "3 new" until asked for, or until nobody has touched the page for a while.
  function arrived() {
    const link = one("[data-arrivals]");
    if (link && Date.now() - lastTouched > IDLE && !isWriting()) link.click();
  }

  // The list is made anew around the lead in sight, which stays the one in sight.
  function showArrivals(event, link) {
    event.preventDefault();
    const address = (isWide() && current()?.href) || link.href;
    htmx.ajax("GET", address, { source: "#queue", target: "#queue", select: "#queue", swap: "outerHTML" });
  }

  document.addEventListener("baton:key", onKey);
  document.addEventListener("keydown", (event) => {
    lastTouched = Date.now();
    if (event.key === "Escape") closeReject();
  });
  document.addEventListener("pointerdown", () => { lastTouched = Date.now(); });
  document.addEventListener("change", (event) => {
    if (event.target.form?.matches("[data-reject-form]")) needNote(event.target.form);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".row-link");
    if (link) mark(link);
    const news = event.target.closest("[data-arrivals]");
    if (news) showArrivals(event, news);
    const again = event.target.closest("[data-retry]");
    if (again) retry(again);
    if (event.target.closest("[data-let-go]")) letGo();
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.detail.elt.id === "arrivals") return event.preventDefault(); // nobody looks
    const decide = event.detail.elt.closest("#decide");
    if (!decide) return;
    busy(decide, true);
  });
  document.addEventListener("htmx:beforeSwap", beforeSwap);
  document.addEventListener("htmx:afterSettle", afterSettle);
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.addEventListener(name, failed);
  document.addEventListener("DOMContentLoaded", () => {
    const link = current();
    if (link) mark(link);
  });
})();
