// Who holds what, by keyboard and by dragging: j k move, x chooses, m and a rep give. Every step is also a plain form.
"use strict";

(() => {
  const form = document.getElementById("team");
  const impact = document.getElementById("impact");
  const said = document.getElementById("chosen");
  const receiver = document.getElementById("move-to");
  if (!form || !impact) return;

  let last = null; // the box that was chosen last: a range begins there

  const one = (selector) => document.querySelector(selector);
  const boxes = () => [...form.querySelectorAll("input[name=handoff]")];
  const current = () => document.activeElement?.closest?.("[data-row]")?.querySelector("input") ?? null;

  // ---- Choosing ---------------------------------------------------------------------------------------------------
  function tell() {
    const count = boxes().filter((box) => box.checked).length;
    const words = count === 0 ? said.dataset.none : count === 1 ? said.dataset.one : said.dataset.many;
    said.textContent = words.replace("%(count)s", String(count));
  }

  function changed(box) {
    last = box;
    impact.replaceChildren(); // what it told was of another choice
    tell();
  }

  function chooseRange(to) {
    const all = boxes();
    const [first, end] = [all.indexOf(last ?? to), all.indexOf(to)].sort((a, b) => a - b);
    for (const box of all.slice(Math.max(first, 0), end + 1)) box.checked = true;
    changed(to);
  }

  function chooseNothing() {
    for (const box of boxes()) box.checked = false;
    last = null;
    tell();
  }

  function move(step) {
    const all = boxes();
    const at = all.indexOf(current() ?? last);
    const next = all[at < 0 ? 0 : at + step];
    if (!next) return;
    next.focus({ preventScroll: true });
    next.closest("[data-row]").scrollIntoView({ block: "center" });
  }

  function toggle() {
    const box = current();
    if (!box) return;
    box.checked = !box.checked;
    changed(box);
  }

  const ACTIONS = {
    j: () => move(1),
    k: () => move(-1),
    x: toggle,
    X: () => { if (current()) chooseRange(current()); },
    m: () => receiver.focus(),
    r: () => one("[data-recycle]").click(),
    u: () => one("[data-undo]")?.requestSubmit(),
  };

  function leave() {
    if (impact.hasChildNodes()) impact.replaceChildren();
    else chooseNothing();
    (last ?? boxes()[0])?.focus({ preventScroll: true });
  }

  // ---- Where one was ----------------------------------------------------------------------------------------------
  // After something was done the page opens at the lead that came next, so that a long list can be worked down.
  const PLACE = "baton:team-place";

  function keepPlace() {
    const all = boxes();
    const end = all.findLastIndex((box) => box.checked);
    const next = all[end + 1] ?? all.findLast((box) => !box.checked);
    try { sessionStorage.setItem(PLACE, (end < 0 ? current() : next)?.value ?? ""); } catch { /* it opens at the top */ }
  }

  function goBackToPlace() {
    let value = null;
    try {
      value = sessionStorage.getItem(PLACE);
      sessionStorage.removeItem(PLACE);
    } catch { /* it stays at the top */ }
    const box = boxes().find((each) => each.value === value);
    box?.focus({ preventScroll: true });
    box?.closest("[data-row]").scrollIntoView({ block: "center" });
  }

  // ---- What would follow ------------------------------------------------------------------------------------------
  function shown(event) {
    if (event.detail.target !== impact) return;
    const next = impact.querySelector("[required]:not([type=hidden]), [data-confirm], [data-leave]");
    next?.focus();
  }

  // ---- Dragging ---------------------------------------------------------------------------------------------------
  function drag(event) {
    const row = event.target.closest?.("[data-row]");
    if (!row) return;
    const box = row.querySelector("input");
    if (!box.checked) {
      chooseNothing();
      box.checked = true;
    }
    changed(box);
    event.dataTransfer.setData("text/plain", box.getAttribute("aria-label"));
    event.dataTransfer.effectAllowed = "move";
    for (const each of boxes()) each.closest("[data-row]").classList.toggle("is-taken", each.checked);
    form.classList.add("is-dragging");
  }

  function over(event) {
    const target = form.classList.contains("is-dragging") && event.target.closest?.("[data-to]");
    for (const each of form.querySelectorAll(".is-over")) if (each !== target) each.classList.remove("is-over");
    if (!target) return;
    event.preventDefault();
    target.classList.add("is-over");
  }

  function drop(event) {
    const target = event.target.closest?.("[data-to]");
    if (!target) return;
    event.preventDefault();
    receiver.value = target.dataset.to;
    one("[data-move]").click();
  }

  function dropped() {
    form.classList.remove("is-dragging");
    for (const each of form.querySelectorAll(".is-over, .is-taken")) each.classList.remove("is-over", "is-taken");
  }

  for (const row of form.querySelectorAll("[data-row]")) row.draggable = true;
  form.addEventListener("dragstart", drag);
  form.addEventListener("dragover", over);
  form.addEventListener("drop", drop);
  form.addEventListener("dragend", dropped);

  // ---- Keys and clicks --------------------------------------------------------------------------------------------
  document.addEventListener("baton:key", (event) => {
    const action = ACTIONS[event.detail];
    if (!action) return;
    event.preventDefault();
    action();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !one("dialog[open]")) leave();
    if (event.key !== "Enter" || event.target !== receiver) return;
    event.preventDefault();
    one("[data-move]").click();
  });
  form.addEventListener("click", (event) => {
    if (!event.target.matches?.("input[name=handoff]")) return;
    if (event.shiftKey && last) chooseRange(event.target);
    else changed(event.target);
  });
  receiver.addEventListener("change", () => impact.replaceChildren());
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#impact [data-leave]")) return;
    event.preventDefault();
    leave();
  });
  document.addEventListener("submit", (event) => { if (event.target.matches("#impact form, [data-undo]")) keepPlace(); });
  document.addEventListener("htmx:afterSettle", shown);
  tell();
  goBackToPlace();
})();
