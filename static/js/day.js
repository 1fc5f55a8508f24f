// The day by keyboard: j k move, Enter c e do, a number chooses, s skips, z puts off, g the lead's page. Every step is also
// a plain link or form; after each one the page opens at the task that came next.
"use strict";

(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const rows = () => [...document.querySelectorAll("[data-task]")];
  const current = () => document.activeElement?.closest("[data-task]") || null;

  function focus(row) {
    const link = one("[data-row]", row);
    link.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function move(step) {
    const all = rows();
    const here = all.indexOf(current());
    const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step];
    if (!next) return;
    close();
    focus(next);
  }

  function close() {
    for (const panel of document.querySelectorAll(".day-panel[open]")) panel.open = false;
  }

  function open(name) {
    const panel = one(`[data-${name}]`, current());
    if (!panel) return;
    close();
    panel.open = true;
    one("[data-number]", panel).focus();
  }

  function go() {
    const mail = one("[data-mail]", current());
    if (mail) mail.click();
    else open("do");
  }

  function goIf(channel) {
    if (current().dataset.channel === channel) go();
  }

  function choose(number) {
    const button = one(`.day-panel[open] [data-number="${number}"]`, current());
    if (!button) return false;
    button.form.requestSubmit(button);
    return true;
  }

  const ACTIONS = {
    c: () => goIf("CALL"),
    e: () => goIf("EMAIL"),
    s: () => open("skip"),
    z: () => one("[data-later]", current())?.requestSubmit(),
    g: () => one("[data-row]", current()).click(),
    Enter: go,
  };

  function onKey(event) {
    const key = event.detail;
    if (key === "j" || key === "k") {
      if (!rows().length) return;
      event.preventDefault();
      move(key === "j" ? 1 : -1);
      return;
    }
    if (!current()) return;
    if (/^[1-9]$/.test(key)) {
      if (choose(key)) event.preventDefault();
      return;
    }
    if (!ACTIONS[key]) return;
    if (key === "Enter" && !document.activeElement.matches("[data-row]")) return; // a button does its own
    event.preventDefault();
    ACTIONS[key]();
  }

  // The task after this one is where the page opens again.
  function nameNext(event) {
    const field = one("[data-next]", event.target);
    const row = event.target.closest("[data-task]");
    if (!field || !row) return;
    const all = rows();
    const next = all[all.indexOf(row) + 1] || all[all.indexOf(row) - 1];
    field.value = next ? next.dataset.task : "";
  }

  async function copy(button) {
    const text = `${one("[data-subject]").textContent}\n\n${one("[data-body]").textContent}`;
    await navigator.clipboard.writeText(text);
    one("[data-copied]").textContent = button.dataset.done;
  }

  document.addEventListener("baton:key", onKey);
  document.addEventListener("submit", nameNext);
  document.addEventListener("keydown", (event) => {
    const panel = one(".day-panel[open]");
    if (event.key !== "Escape" || !panel) return;
    panel.open = false;
    focus(panel.closest("[data-task]"));
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
    const panel = event.target.closest(".day-panel");
    for (const other of document.querySelectorAll(".day-panel[open]")) if (other !== panel) other.open = false;
  });
  document.addEventListener("DOMContentLoaded", () => {
    const button = one("[data-copy]");
    if (button && navigator.clipboard) button.hidden = false;
    const begin = one("[data-row][aria-current]") || (one("[data-later]") && one("[data-row]"));
    if (begin) focus(begin.closest("[data-task]"));
  });
})();
