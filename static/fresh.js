"use strict";
// Comfort only: a page that stands open keeps up with what happens elsewhere. Now and then it is
// fetched again, and what differs is changed in place, so that focus, scroll and identity stay.
// While somebody is at work on the page it waits; where fetching fails the page stays as it is.

const EVERY = 30_000; // ms between two fetches
const STALE_AFTER = 5 * 60_000;
const AT_REST = 2_000; // since the last key or press
const AT_WORK = "dialog[open], details[open], form[data-sent], [data-lifted]";
const CONTROL = "input, select, textarea, button:not([data-pause]), [contenteditable]";
const OURS = new Set(["open", "draggable"]); // attributes that no page is sent with

const region = document.querySelector("[data-fresh]");
let asked = Date.now();
let fresh = asked;
let touched = 0;

function isBusy() {
  return Date.now() - touched < AT_REST || !getSelection().isCollapsed ||
    document.querySelector(AT_WORK) || document.activeElement?.matches(CONTROL);
}

// The child of the page shown that stands for a child of the new one: of the same id, or at its place.
function twin(parent, at, next) {
  if (next.id && next.id !== at?.id) return [...parent.children].find((one) => one.id === next.id);
  return at?.nodeName === next.nodeName && (at.id ?? "") === (next.id ?? "") ? at : undefined;
}

function become(node, next) {
  if (node.nodeType !== Node.ELEMENT_NODE) {
    if (node.data !== next.data) node.data = next.data;
    return;
  }
  if ("still" in node.dataset || node.isEqualNode(next)) return;
  for (const name of node.getAttributeNames()) {
    if (!next.hasAttribute(name) && !OURS.has(name)) node.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
  const stays = new Set([...next.children].map((one) => one.id));
  for (const one of [...node.children]) if (one.id && !stays.has(one.id)) one.remove();
  let at = node.firstChild;
  for (const one of [...next.childNodes]) {
    const found = twin(node, at, one);
    if (found) become(found, one);
    const placed = found ?? document.importNode(one, true);
    if (placed === at) at = at.nextSibling;
    else if (found && node.moveBefore) node.moveBefore(found, at);
    else node.insertBefore(placed, at);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

// Whoever stood on something that has moved or gone is led to it, or to the page.
function change(next) {
  const focused = document.activeElement;
  const place = focused?.closest("[id]")?.id;
  become(region, next);
  document.dispatchEvent(new Event("fresh"));
  if (document.activeElement === focused) return;
  const goal = focused.isConnected ? focused : document.getElementById(place);
  goal?.focus({ preventScroll: true });
  if (document.activeElement === document.body) region.focus({ preventScroll: true });
}

async function renew() {
  asked = Date.now();
  try {
    const address = location.href.split("#")[0];
    // Such a request is no sign of life of a person, and a way to the sign-in page is not taken.
    const answer = await fetch(address, { headers: { "X-Refresh": "1" }, redirect: "manual" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector("[data-fresh]");
    if (!next || isBusy()) return;
    change(next);
    fresh = Date.now();
  } catch {
    // No way to the server: the page says so once it is old.
  }
}

async function look(wait = EVERY) {
  if (!region || document.hidden || sessionStorage.getItem("paused")) return;
  if (Date.now() - asked >= wait && !isBusy()) await renew();
  const line = document.querySelector("[data-stale]");
  if (line) line.hidden = Date.now() - fresh < STALE_AFTER;
}

for (const kind of ["keydown", "pointerdown", "pointerup", "wheel"]) {
  addEventListener(kind, () => (touched = Date.now()), { capture: true, passive: true });
}
document.addEventListener("visibilitychange", () => look(AT_REST));
setInterval(look, 1_000, EVERY);
