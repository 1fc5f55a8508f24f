// Conditions built from lists: only comparisons that fit the attribute are offered, values are chips. Works without it.
"use strict";

(() => {
  const NO_VALUES = ["is_known", "is_unknown"];
  const LIKELIEST = { number: "between", list: "contains_any", code: "starts_with" };

  let isPressed = false;
  document.addEventListener("pointerdown", () => { isPressed = true; }, true);
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => { isPressed = false; }, true);

  // Whoever presses a button leaves the entry first: chips that appear then would push the button from under the pointer.
  function onceReleased(action) {
    if (isPressed) document.addEventListener("pointerup", () => setTimeout(action), { once: true });
    else action();
  }

  // The server's own notation: commas between values, double quotes around one that holds a comma.
  function split(text) {
    const found = [...text.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(?:,|$)/g)];
    return found.map(([, quoted, plain]) => (quoted === undefined ? plain : quoted.replaceAll('""', '"')).trim()).filter(Boolean);
  }

  function join(values) {
    return values.map((value) => (/[,"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(", ");
  }

  function chips(stored) {
    const box = document.createElement("div");
    const entry = document.createElement("input");
    box.className = "chips";
    entry.type = "text";
    entry.setAttribute("aria-label", stored.getAttribute("aria-label"));
    if (stored.hasAttribute("aria-describedby")) entry.setAttribute("aria-describedby", stored.getAttribute("aria-describedby"));
    if (stored.getAttribute("aria-invalid")) entry.setAttribute("aria-invalid", "true");
    let values = split(stored.value);

    function keep(next) {
      values = [...new Set(next)];
      stored.value = join(values);
      draw();
    }

    function take() {
      const typed = split(entry.value);
      entry.value = "";
      if (typed.length) keep([...values, ...typed]);
    }

    // What the list says beside a value: Germany for DE.
    function words(value) {
      const list = document.getElementById(entry.getAttribute("list"));
      return [...(list?.options ?? [])].find((option) => option.value === value)?.label || value;
    }

    function draw() {
      for (const chip of box.querySelectorAll(".chip")) chip.remove();
      for (const value of values) {
        const chip = document.createElement("button");
        chip.type = "button";
        chip.className = "chip";
        chip.textContent = words(value);
        chip.setAttribute("aria-label", `Remove ${words(value)}`);
        chip.addEventListener("click", () => { keep(values.filter((each) => each !== value)); entry.focus(); });
        entry.before(chip);
      }
    }

    entry.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && entry.value.trim()) { event.preventDefault(); take(); }
      if (event.key === "Backspace" && !entry.value && values.length) keep(values.slice(0, -1));
    });
    // A comma, or a choice from the list, ends a value.
    entry.addEventListener("input", (event) => {
      const chosen = event.inputType === "insertReplacementText" || event.inputType === undefined;
      if (chosen || (entry.value.endsWith(",") && entry.value.split('"').length % 2 === 1)) take();
    });
    entry.addEventListener("change", () => onceReleased(take));
    stored.form.addEventListener("submit", take);
    stored.form.addEventListener("formdata", take);
    box.addEventListener("click", (event) => { if (event.target === box) entry.focus(); });
    stored.type = "hidden";
    stored.after(box);
    box.append(entry);
    draw();
    return { box, entry, draw };
  }

  function fit(row) {
    const attribute = row.querySelector("[data-attribute]");
    const operator = row.querySelector("[data-operator]");
    const stored = row.querySelector("[data-chips]");
    const { box, entry, draw } = chips(stored);

    function offer() {
      const kind = attribute.selectedOptions[0]?.dataset.kinds ?? "";
      for (const option of operator.options) {
        const fits = !kind || !option.value || option.dataset.kinds.split(" ").includes(kind);
        option.hidden = option.disabled = !fits;
      }
      const open = !operator.value || operator.selectedOptions[0].disabled;
      if (kind && open) operator.value = LIKELIEST[kind] ?? "is_one_of";
      entry.setAttribute("list", `values-${attribute.value}`);
      draw();
      entry.inputMode = kind === "number" ? "decimal" : "text";
      box.hidden = NO_VALUES.includes(operator.value);
      if (box.hidden) stored.value = "";
    }

    attribute.addEventListener("change", offer);
    operator.addEventListener("change", offer);
    offer();
  }

  for (const row of document.querySelectorAll("[data-condition]")) fit(row);
})();
