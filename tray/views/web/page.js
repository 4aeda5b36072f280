// The page's behaviour: keeps it up to date while it is seen, walks its charts by keyboard, sends wishes.
"use strict";

let look = document.getElementById("page").dataset.look;
let mark = ""; // the version of what is shown
let over = false;
const OWN = new Set(["open", "data-told", "data-rest"]); // attributes that are the reader's, not the server's
let asked = 0;

async function update() {
  if (over || document.visibilityState === "hidden") return;
  const turn = ++asked;
  try {
    const answer = await fetch("state" + look, { headers: mark ? { "If-None-Match": mark } : {} });
    if (turn !== asked || answer.status === 304) return;
    if (answer.status === 403) return end();
    if (!answer.ok) return;
    const text = await answer.text();
    if (turn !== asked) return;
    mark = answer.headers.get("ETag") || "";
    show(new DOMParser().parseFromString(text, "text/html").getElementById("page"));
  } catch { /* the stream tells when the server is gone */ }
}

// Exchange what differs and nothing else: focus, scroll and what is unfolded stay.
function show(fresh) {
  const page = document.getElementById("page");
  const asking = page.querySelector("[data-first]");
  morph(page, fresh);
  const status = document.getElementById("status"), said = page.dataset.said || "";
  if (status.textContent !== said) status.textContent = said; // heard once
  if (!asking) page.querySelector("[data-first]")?.focus();
}

function morph(old, fresh) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !OWN.has(name)) old.removeAttribute(name);
  }
  const walked = old.closest("[data-walk]")?.contains(document.activeElement);
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !(name === "tabindex" && walked)) old.setAttribute(name, value);
  }
  if (old.dataset?.told !== undefined) { // the line of a place that is being looked at
    old.dataset.rest = fresh.textContent;
    return;
  }
  const before = [...old.childNodes], after = [...fresh.childNodes];
  after.forEach((node, place) => {
    const had = before[place];
    if (!had) old.append(node);
    else if (had.nodeName !== node.nodeName || had.id !== node.id) had.replaceWith(node);
    else morph(had, node);
  });
  before.slice(after.length).forEach((node) => node.remove());
}

function go(href) {
  look = href;
  mark = "";
  history.replaceState(null, "", href);
  return update();
}

async function wish(button) {
  const { do: what, name, on, then } = button.dataset;
  const body = JSON.stringify({ do: what, name, on: on === "true" });
  try {
    const answer = await fetch("wish", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    if (answer.ok && then) return go(then);
  } catch { /* as above */ }
  return update();
}

function end() {
  if (over) return;
  over = true;
  feed.close();
  document.getElementById("status").textContent = ENDED; // heard
  const strip = Object.assign(document.createElement("p"), { className: "strip alert", id: "over", textContent: ENDED });
  document.querySelector("main").prepend(strip);
  document.getElementById("page").classList.add("lost");
  document.querySelectorAll("button").forEach((button) => { button.disabled = true; });
}

// What a place tells stands in its card's line while it has the focus or the pointer. A screen reader tells it
// by the focus, so that the line itself is not told again.
function tell(place) {
  const card = place?.closest(".card");
  const line = card?.querySelector("[data-say]");
  if (!line) return;
  if (line.dataset.told === undefined) line.dataset.rest = line.textContent;
  line.dataset.told = "";
  line.textContent = place.getAttribute("aria-label");
}

function hush(place) {
  const line = place?.closest(".card")?.querySelector("[data-say][data-told]");
  if (!line) return;
  const kept = place.closest(".card").querySelector("[data-walk] [aria-label]:focus");
  if (kept) return tell(kept);
  delete line.dataset.told;
  line.textContent = line.dataset.rest;
}

const ENDED = "This page has ended. Run “claudette-tray window --browser” again.";
const place = (event) => event.target.closest?.("[data-walk] [aria-label][tabindex]");

document.addEventListener("focusin", (event) => tell(place(event)));
document.addEventListener("focusout", (event) => setTimeout(hush, 0, place(event)));
document.addEventListener("pointerover", (event) => tell(place(event)));
document.addEventListener("pointerout", (event) => hush(place(event)));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const at = event.target.closest?.("[data-walk] [tabindex]");
  if (event.key === " " && event.target.matches("a[data-go]")) {
    event.preventDefault();
    event.target.click();
  } else if (event.key === "Escape") {
    const cancel = document.getElementById("cancel");
    if (cancel) cancel.click();
    else if (at) at.blur();
  } else if (at) {
    const walk = at.closest("[data-walk]"), places = [...walk.querySelectorAll("[tabindex]")];
    const row = Number(walk.dataset.walk), here = places.indexOf(at);
    const to = { ArrowLeft: here - 1, ArrowRight: here + 1, ArrowUp: here - row, ArrowDown: here + row, Home: 0, End: places.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (!places[to]) return;
    places.forEach((one) => one.setAttribute("tabindex", one === places[to] ? "0" : "-1"));
    places[to].focus();
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-go]"), button = event.target.closest("button[data-do]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    go(link.getAttribute("href"));
  } else if (button) wish(button);
});

document.addEventListener("visibilitychange", update);
setInterval(update, 10_000); // texts that depend on the time; nothing while the page is hidden

let failed = 0;
const feed = new EventSource("events");
feed.addEventListener("open", () => { failed = 0; update(); });
feed.addEventListener("message", update);
feed.addEventListener("over", end);
feed.addEventListener("error", () => {
  if (++failed > 2 || feed.readyState === EventSource.CLOSED) end();
});
