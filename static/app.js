"use strict";
// Comfort only: every page works without this file. It submits forms that are already there.

const cardOf = (node) => node.closest?.("[data-card]");
const stageOf = (node) => node.closest?.("[data-stage-id]");

function moveTo(card, stage) {
  const form = card?.querySelector("form[data-move]");
  if (!form || !stage || stage === stageOf(card)) return;
  const select = form.elements.stage;
  select.value = stage.dataset.stageId;
  if (select.value === stage.dataset.stageId) form.requestSubmit();
}

// Drag a card to another stage.
let lifted = null;
function readyCards() {
  for (const form of document.querySelectorAll("form[data-move]")) cardOf(form).draggable = true;
}
readyCards();
document.addEventListener("fresh", readyCards); // cards have come
function showTarget(stage) {
  for (const other of document.querySelectorAll("[data-over]")) delete other.dataset.over;
  if (stage && stage !== stageOf(lifted)) stage.dataset.over = "";
}
document.addEventListener("dragstart", (event) => {
  lifted = cardOf(event.target);
  if (!lifted) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", lifted.dataset.card);
  lifted.dataset.lifted = "";
});
document.addEventListener("dragover", (event) => {
  if (!lifted) return;
  const stage = stageOf(event.target);
  if (stage) event.preventDefault();
  showTarget(stage);
});
document.addEventListener("drop", (event) => {
  if (!lifted || !stageOf(event.target)) return;
  event.preventDefault();
  moveTo(lifted, stageOf(event.target));
});
document.addEventListener("dragend", () => {
  if (lifted) delete lifted.dataset.lifted;
  showTarget(null);
  lifted = null;
});

// Keys: on a card m opens its menu, [ and ] or Shift with an arrow move it; / goes to the find
// field. Alt with an arrow stays the browser's own way back.
const STEPS = { "[": -1, "]": 1, "Shift+ArrowLeft": -1, "Shift+ArrowRight": 1 };
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest("details.card__move, [data-menu]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
    return;
  }
  const command = event.metaKey || (event.ctrlKey && !event.getModifierState("AltGraph"));
  const writing = event.target.closest("input, select, textarea, [contenteditable]");
  if (command || writing || document.body.dataset.shortcuts === "off") return;
  const card = cardOf(event.target);
  const step = STEPS[event.key] ?? STEPS[`${event.shiftKey ? "Shift+" : ""}${event.key}`];
  if (card && step) {
    const stages = [...document.querySelectorAll("[data-stage-id]")];
    moveTo(card, stages[stages.indexOf(stageOf(card)) + step]);
  } else if (card && event.key === "m" && card.querySelector("form[data-move]")) {
    card.querySelector("details.card__move").open = true;
    card.querySelector("form[data-move]").elements.stage.focus();
  } else if (event.key === "/" && document.querySelector("[data-find]")) {
    document.querySelector("[data-find]").focus();
  } else return;
  event.preventDefault();
});

// A form that acts is sent once; coming back to the page makes it fresh again.
const buttonsOf = (form) => [...form.elements].filter((element) => element.type === "submit");
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post" || "repeat" in form.dataset) return;
  if ("sent" in form.dataset) return event.preventDefault();
  form.dataset.sent = "";
  setTimeout(() => buttonsOf(form).forEach((button) => (button.disabled = true)));
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    buttonsOf(form).forEach((button) => (button.disabled = false));
  }
});

// What needs the eye gets the focus; a card behind the # of an address gets it by itself.
document.getElementById("errors")?.focus();
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false; // the pointer has gone elsewhere
  }
});
