"use strict";
// Whoever is disturbed by what changes under their eyes stops it, in this tab, until they go on
// (WCAG 2.2, 2.2.2). What keeps a page up (fresh.js) looks at the same word.

const button = document.querySelector("[data-pause]");

function show() {
  button.hidden = false;
  button.textContent = sessionStorage.getItem("paused") ? button.dataset.goOn : button.dataset.pause;
}

button.addEventListener("click", () => {
  if (sessionStorage.getItem("paused")) sessionStorage.removeItem("paused");
  else sessionStorage.setItem("paused", "1");
  show();
});
show();
