// The frame's behaviour: single keys, help, save by Ctrl-Enter, theme, ticking clocks. Pages work without it.
"use strict";

(() => {
  const root = document.documentElement;

  // ---- Keys -------------------------------------------------------------------------------------------------------
  // Other scripts listen to "baton:key" and call preventDefault() when they used the key.
  const KEYS_OFF = "baton:single-keys-off";

  function read(name) {
    try { return localStorage.getItem(name); } catch { return null; }
  }

  function write(name, value) {
    try { localStorage.setItem(name, value); } catch { /* a browser that keeps nothing still works */ }
  }

  function isTyping(target) {
    if (!(target instanceof HTMLElement)) return false;
    if (target.isContentEditable || target.matches("textarea, select")) return true;
    return target.matches("input:not([type=radio], [type=checkbox], [type=button], [type=submit])");
  }

  function onKey(event) {
    const form = event.target.closest?.("form");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
      event.preventDefault();
      form.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.key === "Escape") closeMenus(null);
    if (event.key === "Escape" && event.target.id === "search") event.target.blur();
    if (isTyping(event.target) || (event.key.length === 1 && read(KEYS_OFF))) return;
    if (document.querySelector("dialog[open]")) return;
    if (useKey(event.key)) event.preventDefault();
  }

  function useKey(key) {
    if (key === "/") { document.getElementById("search")?.focus(); return true; }
    if (key === "?") { document.getElementById("help")?.showModal(); return true; }
    const asked = new CustomEvent("baton:key", { detail: key, cancelable: true });
    return !document.dispatchEvent(asked);
  }

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("details.menu[open], details.definition[open]")) {
      if (menu !== except) menu.open = false;
    }
  }

  // ---- Clocks -----------------------------------------------------------------------------------------------------
  // data-spans: [[from, to], …] in Unix seconds, the open business time from now (or the due time, if earlier) on.
  // No spans: wall time. The words here and the server's are the same, so nothing jumps when the script starts.
  const parsed = new WeakMap();
  const stale = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const skew = stale ? 0 : Number(root.dataset.now) - Date.now() / 1000;
  const now = () => Date.now() / 1000 + (Math.abs(skew) > 5 ? skew : 0);

  function facts(clock) {
    const key = clock.dateTime + clock.dataset.spans;
    const known = parsed.get(clock);
    if (known && known.key === key) return known;
    const fresh = {
      key,
      due: Date.parse(clock.dateTime) / 1000,
      total: Number(clock.dataset.totalSeconds),
      spans: JSON.parse(clock.dataset.spans || "[]"),
    };
    parsed.set(clock, fresh);
    return fresh;
  }

  function worked(spans, from, to) {
    if (!spans.length) return to - from;
    return spans.reduce((sum, [start, end]) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)), 0);
  }

  function words(seconds) {
    if (seconds < 60) return `${Math.floor(seconds)} s`;
    const minutes = Math.floor(seconds / 60);
    const parts = [[Math.floor(minutes / 1440), "d"], [Math.floor(minutes / 60) % 24, "h"], [minutes % 60, "min"]];
    return parts.filter(([count]) => count).slice(0, 2).map(([count, unit]) => `${count} ${unit}`).join(" ");
  }

  function runsAt(instant, at) {
    const zone = { timeZone: root.dataset.timeZone || "UTC" };
    const date = new Date(instant * 1000);
    const day = (value) => value.toLocaleDateString("en-CA", zone);
    const time = date.toLocaleTimeString("en-GB", { ...zone, hour: "2-digit", minute: "2-digit" });
    if (day(date) === day(new Date(at * 1000))) return time;
    return `${date.toLocaleDateString("en-GB", { ...zone, weekday: "short" })} ${time}`;
  }

  function reading({ due, total, spans }, at) {
    if (at >= due) return ["breached", `${words(worked(spans, due, at))} over`];
    if (spans.length && !spans.some(([start, end]) => start <= at && at < end)) {
      const next = spans.find(([start]) => start > at);
      return ["paused", next ? `paused, runs at ${runsAt(next[0], at)}` : null];
    }
    const left = worked(spans, at, due);
    const state = left >= total / 2 ? "plenty" : left >= total / 5 ? "half" : "fifth";
    return [state, `${words(left)} left`];
  }

  function tick() {
    const at = now();
    for (const clock of document.querySelectorAll("time.clock[data-live]")) {
      const [state, text] = reading(facts(clock), at);
      if (state === "paused" && clock.dataset.state === state) continue; // the server said until when
      if (clock.dataset.state !== state) clock.dataset.state = state;
      if (text && clock.textContent !== text) clock.textContent = text;
    }
  }

  // ---- Forms ------------------------------------------------------------------------------------------------------
  const TWICE = 1000;
  const sent = new WeakMap();

  // The second press of a double click would be told that somebody else was quicker: its own first.
  function onlyOnce(event) {
    const form = event.target;
    if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
    if (event.timeStamp - (sent.get(form) ?? -TWICE) < TWICE) event.preventDefault();
    else sent.set(form, event.timeStamp);
  }

  // A form that was refused opens at the first field to mend.
  function goToWhatIsWrong() {
    const field = document.querySelector("main [aria-invalid=true]:not([type=hidden])");
    field?.scrollIntoView({ block: "center" });
    field?.focus({ preventScroll: true });
  }

  // ---- Theme ------------------------------------------------------------------------------------------------------
  function chooseTheme(event) {
    const form = event.target.closest("[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    root.dataset.theme = event.submitter.value;
    for (const button of form.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button === event.submitter));
    }
    fetch(form.action, { method: "POST", body, redirect: "manual" });
  }

  // ---- Messages ---------------------------------------------------------------------------------------------------
  function offerDismissal() {
    for (const button of document.querySelectorAll("[data-dismiss][hidden]")) button.hidden = false;
  }

  // ---- Wide tables ------------------------------------------------------------------------------------------------
  function reachByKeyboard() {
    for (const box of document.querySelectorAll(".table-scroll")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }

  // ---- Where one is, in bars that a narrow screen cuts ----------------------------------------------------------------
  function showWhereOneIs() {
    for (const link of document.querySelectorAll(".sections [aria-current], .tabs [aria-current]")) {
      const list = link.closest("ul");
      const [bar, at] = [list.getBoundingClientRect(), link.getBoundingClientRect()];
      if (at.right > bar.right || at.left < bar.left) list.scrollLeft += at.left - bar.left - (bar.width - at.width) / 2;
    }
  }

  function arrange() {
    tick();
    offerDismissal();
    reachByKeyboard();
  }

  document.addEventListener("keydown", onKey);
  document.addEventListener("submit", chooseTheme);
  document.addEventListener("submit", onlyOnce);
  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details.menu, details.definition"));
    if (event.target.closest("[data-dismiss]")) event.target.closest(".message").remove();
  });

  document.addEventListener("DOMContentLoaded", () => {
    const choice = document.getElementById("single-keys");
    if (choice) {
      choice.checked = !read(KEYS_OFF);
      choice.addEventListener("change", () => write(KEYS_OFF, choice.checked ? "" : "yes"));
    }
    arrange();
    showWhereOneIs();
    goToWhatIsWrong();
    setInterval(tick, 1000);
  });
  document.addEventListener("htmx:afterSettle", arrange);
  window.addEventListener("resize", reachByKeyboard);
})();
