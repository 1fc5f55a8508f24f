// Keeps the total under a table of weights true while they are typed. The page works without it.
"use strict";

(() => {
  function count(table) {
    const total = [...table.querySelectorAll("input[type=number]")].reduce((sum, input) => sum + (Number(input.value) || 0), 0);
    const output = table.querySelector("[data-total]");
    output.value = String(total);
    output.dataset.state = total === 100 ? "met" : "fifth";
  }

  for (const table of document.querySelectorAll("[data-weights]")) {
    table.addEventListener("input", () => count(table));
    count(table);
  }
})();
