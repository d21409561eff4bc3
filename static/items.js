"use strict";
// With a name each item is saved as it is given; else nothing leaves before the button is pressed.

const form = document.querySelector("form[data-items]");
const SOON = 1_000; // ms after the last change of an item
const ACTS = 4_000; // the first item has consequences: time to change one's mind
const RETRY = 10_000;
const waiting = new Map(); // items that were changed, each with its timer
let queue = Promise.resolve(), isSent = false;

const isNamed = () => new FormData(form).get("how") === "named";
const partOf = (item) => form.querySelector(`[data-item="${item}"]`);
const ACTING = "choice"; // acts on the application: never sent before its time
const isOpenDay = (item) => item === ACTING &&
  form.elements.choice.value === "more_time" && !form.elements.until.value;

// What an item says now, with the little that every form of the page brings.
function told(item) {
  const said = new FormData();
  for (const one of partOf(item).querySelectorAll("input, textarea")) {
    if (!["radio", "checkbox"].includes(one.type) || one.checked) said.append(one.name, one.value);
  }
  said.append("how", "named");
  said.append("item", item);
  return new URLSearchParams(said);
}
function say(item, words, isWrong = false) {
  const line = partOf(item).querySelector("[data-said]");
  line.textContent = words;
  line.classList.toggle("wrong", isWrong);
}

// Something bears a name now, and so does the rest.
function bear() {
  form.querySelector("[data-kept]")?.removeAttribute("hidden");
  for (const one of form.querySelectorAll("[name=how][type=radio]:not(:checked)")) one.disabled = true;
}

async function send(item, keepalive) {
  try {
    const answer = await fetch(location.href, {
      method: "POST", body: told(item), keepalive, headers: { Accept: "text/plain" },
    });
    if (answer.ok) {
      say(item, form.dataset.saved);
      const { shown } = form.elements;
      shown.value = [...new Set([...shown.value.split(" "), item])].join(" ").trim();
      bear();
    } else {
      const words = answer.headers.get("Content-Type")?.startsWith("text/plain");
      say(item, words ? await answer.text() : form.dataset.unsaved, true);
      if (answer.status >= 500) wait(item, RETRY);
    }
  } catch {
    say(item, form.dataset.unsaved, true);
    wait(item, RETRY);
  }
}

function save(item, keepalive = false) {
  clearTimeout(waiting.get(item));
  if (isSent || !isNamed() || !waiting.delete(item)) return;
  if (keepalive) send(item, true);
  else queue = queue.then(() => send(item, false));
}

function wait(item, time) {
  clearTimeout(waiting.get(item));
  waiting.set(item, setTimeout(() => isOpenDay(item) || save(item), time));
}

// Who looks elsewhere may still change their mind; who leaves has decided.
function saveOthers(keepalive) {
  for (const item of [...waiting.keys()]) if (item !== ACTING) save(item, keepalive);
}

form.addEventListener("input", (event) => {
  if (event.target.name === "how") {
    if (waiting.has(ACTING)) wait(ACTING, ACTS);
    return saveOthers(false);
  }
  const item = event.target.closest("[data-item]")?.dataset.item;
  if (!item) return;
  say(item, "");
  wait(item, item === ACTING ? ACTS : SOON);
});
form.addEventListener("focusout", (event) => {
  const part = event.target.closest("[data-item]");
  if (!part || part.dataset.item === ACTING) return;
  if (event.relatedTarget && !part.contains(event.relatedTarget)) save(part.dataset.item);
});
form.addEventListener("submit", () => (isSent = true));
document.addEventListener("visibilitychange", () => document.hidden && saveOthers(true));
addEventListener("pagehide", () => [...waiting.keys()].forEach((item) => save(item, true)));
addEventListener("pageshow", () => (isSent = false));
for (const one of form.querySelectorAll("[data-scripted]")) one.hidden = false;
for (const one of form.querySelectorAll("[data-plain]")) one.hidden = true;
