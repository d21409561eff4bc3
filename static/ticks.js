"use strict";
// Comfort only: the button of a list says how many of its rows are ticked.

for (const bar of document.querySelectorAll("[data-counts]")) {
  const boxes = [...document.querySelectorAll(`input[type=checkbox][form="${bar.dataset.counts}"]`)];
  const button = bar.querySelector("button");
  const count = () => {
    const number = boxes.filter((box) => box.checked).length;
    const { none, one, two } = bar.dataset;
    button.textContent = number > 1 ? two.replace("2", number) : [none, one][number];
  };
  for (const box of boxes) box.addEventListener("change", count);
  addEventListener("pageshow", count); // the browser may bring back what was ticked
}
