// Orders the rules of a draft by dragging their handles, with the pointer or by keyboard. The page works without it.
"use strict";

(() => {
  const list = document.querySelector("[data-rules]");
  const said = document.querySelector("[data-rules-said]");
  if (!list || !said) return;

  let taken = null; // { rule, order } while a rule is on its way

  const rules = () => [...list.querySelectorAll("[data-rule]")];

  function say(words, rule) {
    const named = { rule: rule.dataset.name, place: rules().indexOf(rule) + 1, count: rules().length };
    said.textContent = words.replace(/%\((\w+)\)s/g, (_whole, name) => named[name]);
  }

  function take(rule) {
    taken = { rule, order: rules() };
    rule.classList.add("is-taken");
    rule.querySelector("[data-handle]").setAttribute("aria-pressed", "true");
    say(said.dataset.grabbed, rule);
  }

  function letGo() {
    const { rule, order } = taken;
    taken = null;
    rule.classList.remove("is-taken");
    rule.querySelector("[data-handle]").removeAttribute("aria-pressed");
    return { rule, before: order.indexOf(rule), order };
  }

  function drop() {
    const { rule, before } = letGo();
    const place = rules().indexOf(rule);
    if (place === before) return;
    const form = rule.querySelector("form[data-move]");
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "place", value: String(place + 1) });
    form.append(field);
    form.submit();
  }

  function putBack() {
    const { rule, order } = letGo();
    for (const each of order) list.append(each);
    rule.querySelector("[data-handle]").focus();
    say(said.dataset.back, rule);
  }

  function step(by) {
    const { rule } = taken;
    const all = rules();
    const other = all[all.indexOf(rule) + by];
    if (!other) return;
    if (by < 0) other.before(rule);
    else other.after(rule);
    rule.querySelector("[data-handle]").focus();
    rule.scrollIntoView({ block: "nearest" });
    say(said.dataset.moved, rule);
  }

  list.addEventListener("keydown", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle) return;
    const rule = handle.closest("[data-rule]");
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (taken) drop();
      else take(rule);
    } else if (taken && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      step(event.key === "ArrowUp" ? -1 : 1);
    } else if (taken && event.key === "Escape") {
      event.preventDefault();
      putBack();
    }
  });

  list.addEventListener("focusout", (event) => {
    if (taken && !taken.pointer && !list.contains(event.relatedTarget) && event.relatedTarget) putBack();
  });

  list.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button !== 0 || taken) return;
    event.preventDefault();
    handle.focus();
    take(handle.closest("[data-rule]"));
    taken.pointer = event.pointerId;
    handle.setPointerCapture(event.pointerId);
  });

  list.addEventListener("pointermove", (event) => {
    if (!taken || taken.pointer !== event.pointerId) return;
    const { rule } = taken;
    const under = rules().find((each) => {
      const box = each.getBoundingClientRect();
      return event.clientY >= box.top && event.clientY <= box.bottom;
    });
    if (!under || under === rule) return;
    const box = under.getBoundingClientRect();
    const isBelow = rules().indexOf(under) > rules().indexOf(rule);
    const isPast = isBelow ? event.clientY > box.top + box.height / 2 : event.clientY < box.top + box.height / 2;
    if (!isPast) return;
    if (isBelow) under.after(rule);
    else under.before(rule);
  });

  list.addEventListener("pointerup", (event) => { if (taken?.pointer === event.pointerId) drop(); });
  list.addEventListener("pointercancel", (event) => { if (taken?.pointer === event.pointerId) putBack(); });

  // The browser looks for the anchor first; then the rule that was moved is ready to be moved on.
  window.addEventListener("load", () => setTimeout(() => {
    document.getElementById(location.hash.slice(1))?.querySelector("[data-handle]")?.focus();
  }));
})();
