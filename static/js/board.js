// The board by mouse and by keys: a card is moved by sending its own form, which works without this script too.
"use strict";

(() => {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  board.classList.add("has-script");
  let dragged = null;

  const columns = () => [...board.querySelectorAll("[data-stage]")];
  const cardsOf = (column) => [...column.querySelectorAll("[data-card]")];
  const focused = () => document.activeElement.closest?.("[data-card]");
  const columnOf = (card) => card.closest("[data-stage]");

  function focus(card) {
    const link = card?.querySelector("a");
    if (!link) return false;
    link.focus();
    card.scrollIntoView({ block: "nearest", inline: "nearest" });
    return true;
  }

  function send(card, stage) {
    const form = card.querySelector("[data-move]");
    if (!form || !stage || columnOf(card).dataset.stage === stage) return false;
    form.elements.to.value = stage;
    form.requestSubmit();
    return true;
  }

  // ---- Keys -------------------------------------------------------------------------------------------------------
  function beside(card, step) {
    const cards = cardsOf(columnOf(card));
    return cards[cards.indexOf(card) + step];
  }

  function across(card, step) {
    const all = columns();
    const place = cardsOf(columnOf(card)).indexOf(card);
    for (let index = all.indexOf(columnOf(card)) + step; all[index]; index += step) {
      const cards = cardsOf(all[index]);
      if (cards.length) return cards[Math.min(place, cards.length - 1)];
    }
    return null;
  }

  function stageBeside(card, step) {
    const open = columns().filter((column) => !("closed" in column.dataset) || column === columnOf(card));
    return open[open.indexOf(columnOf(card)) + step]?.dataset.stage;
  }

  const MOVES = {
    j: (card) => focus(beside(card, 1)),
    k: (card) => focus(beside(card, -1)),
    h: (card) => focus(across(card, -1)),
    l: (card) => focus(across(card, 1)),
    "<": (card) => send(card, stageBeside(card, -1)),
    ">": (card) => send(card, stageBeside(card, 1)),
  };

  document.addEventListener("baton:key", (event) => {
    const move = MOVES[event.detail];
    if (!move) return;
    const card = focused();
    if (card ? move(card) : focus(board.querySelector("[data-card]"))) event.preventDefault();
  });

  // ---- Drag -------------------------------------------------------------------------------------------------------
  function mark(column) {
    for (const each of columns()) each.classList.toggle("is-target", each === column);
  }

  board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-card]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.querySelector("a").href);
    dragged.classList.add("is-dragged");
  });
  board.addEventListener("dragover", (event) => {
    const column = event.target.closest("[data-stage]");
    if (!dragged || !column || "closed" in column.dataset) return;
    event.preventDefault();
    mark(column);
  });
  board.addEventListener("drop", (event) => {
    const column = event.target.closest("[data-stage]");
    if (!dragged || !column) return;
    event.preventDefault();
    send(dragged, column.dataset.stage);
  });
  board.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    dragged = null;
    mark(null);
  });

  // The address names the link of the card that was moved, so the browser itself puts the focus there.
  document.getElementById(`deal-${board.dataset.shown}`)?.closest("[data-card]").classList.add("is-shown");
})();
