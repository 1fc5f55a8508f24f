// The lead page by keys: each button that has a key is pressed by it, w begins a note, b books the meeting.
"use strict";

(() => {
  const FIELDS = { w: "#note-text", b: "#meeting-at" };

  // Right after an acceptance the queue's script offers a first step, by some of the same letters.
  function isFirstStep(key) {
    return Boolean(document.querySelector(`[data-first-step] [aria-keyshortcuts="${CSS.escape(key)}"]`));
  }

  document.addEventListener("baton:key", (event) => {
    if (isFirstStep(event.detail)) return;
    const button = document.querySelector(`[data-key="${CSS.escape(event.detail)}"]`);
    const field = document.querySelector(FIELDS[event.detail] ?? ":not(*)");
    if (!button && !field) return;
    event.preventDefault();
    if (field) field.focus();
    else if (button.ariaBusy !== "true") button.click();
  });

  // One press is one attempt, however often the key repeats.
  document.addEventListener("submit", (event) => {
    for (const button of event.target.querySelectorAll("[data-key]")) button.ariaBusy = "true";
  });
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("[data-key]")) button.ariaBusy = null;
  });
})();
