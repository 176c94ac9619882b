// Poke, then pull: a name says that something changed; the page fetches itself through its guarded view and takes
// over the parts marked data-live. Nothing under the pointer jumps, nothing typed is touched.
import { startDrafts } from "./drafts.js";
import { morph } from "./morph.js";
import { Stream } from "./stream.js";

const SOON = 80; // several names of one commit are one change
const PAUSE = 1_000; // between two fetches; longer where the server is slow
const LONGEST = 15_000;
const HERD = 1_500; // when everybody is told to look again, not all at once
const MOVE = 240;
const EASE = "cubic-bezier(.2, 0, 0, 1)";
const AT_END = 48;

const zh = document.documentElement.lang.startsWith("zh");
const isStill = matchMedia("(prefers-reduced-motion: reduce)");
const steady = () => document.querySelector("[data-steady]");
const rowsIn = (root) => [...root.querySelectorAll("[data-row]")];
const order = (root) => [...root.querySelectorAll("section, [data-row]")].map((node) => node.dataset.row ?? "/").join(" ");

let timer = 0;
let isFetching = false;
let isWanted = false;
let next = 0; // not before
let waiting = null; // the list as it will stand when the pointer has left it
let pointed = null;

function want(pause = SOON) {
  isWanted = true;
  if (isFetching || timer) return;
  timer = setTimeout(pull, Math.max(pause, next - Date.now()));
}

async function pull() {
  timer = 0;
  isFetching = true;
  isWanted = false;
  const begun = Date.now();
  try {
    const answer = await fetch(location.href, { headers: { "Sterling-Live": "1" }, cache: "no-store" });
    const text = await answer.text();
    // A sign-in page or a refusal has none of our parts: what stands here stays.
    if (answer.ok) take(new DOMParser().parseFromString(text, "text/html"));
    else if (answer.status >= 500) isWanted = true;
  } catch {
    isWanted = true;
  }
  // A slow server is asked less often, so that many open pages cannot drown it.
  next = Date.now() + Math.min(LONGEST, Math.max(PAUSE, 8 * (Date.now() - begun)));
  isFetching = false;
  if (isWanted) want();
}

function take(fresh) {
  const focused = document.activeElement;
  const focusedRow = focused?.closest("[data-row]")?.dataset.row;
  const before = new Map(rowsIn(document).map((row) => [row.dataset.row, row.getBoundingClientRect().top]));
  for (const part of document.querySelectorAll("[data-live]")) {
    const wanted = fresh.getElementById(part.id);
    if (!wanted) continue;
    if (part === steady() && isPointedAt(part) && order(part) !== order(wanted)) wait(part, wanted);
    else settle(part, wanted);
  }
  if (focused !== document.activeElement) {
    const row = focusedRow && document.querySelector(`[data-row="${CSS.escape(focusedRow)}"] a`);
    (focused.isConnected && focused !== document.body ? focused : row || null)?.focus({ preventScroll: true });
  }
  glide(before);
}

function settle(part, wanted) {
  if (part === steady()) waiting = null;
  const scroll = part.matches("[data-follow]") && part.scrollHeight - part.scrollTop - part.clientHeight < AT_END;
  const arrived = morph(part, wanted);
  for (const node of arrived) {
    globalThis.htmx?.process(node);
    if (node.matches("[data-said]")) greet(node);
  }
  if (scroll && arrived.length) part.scrollTop = part.scrollHeight;
}

// ---- the pointer over a list ----

const isPointedAt = (part) => pointed !== null && part.contains(pointed) && pointed.isConnected;

/** Rows keep their places while the pointer is among them; what they say changes at once. */
function wait(part, wanted) {
  waiting = wanted;
  const fresh = new Map(rowsIn(wanted).map((row) => [row.dataset.row, row]));
  for (const row of rowsIn(part)) {
    const now = fresh.get(row.dataset.row);
    if (now) morph(row, now.cloneNode(true));
  }
  const said = part.querySelector("[data-waits]");
  if (said) said.hidden = false;
}

function release() {
  const part = steady();
  if (!waiting || !part) return;
  const wanted = waiting;
  const before = new Map(rowsIn(part).map((row) => [row.dataset.row, row.getBoundingClientRect().top]));
  settle(part, wanted);
  glide(before);
}

function startPointing() {
  document.addEventListener("pointerover", (event) => {
    pointed = event.pointerType === "mouse" ? event.target : null;
    if (waiting && !isPointedAt(steady())) release();
  });
  document.documentElement.addEventListener("pointerleave", () => {
    pointed = null;
    release();
  });
}

// ---- motion and words ----

function glide(before) {
  if (isStill.matches) return;
  for (const row of rowsIn(document)) {
    const was = before.get(row.dataset.row);
    const by = was === undefined ? 0 : was - row.getBoundingClientRect().top;
    if (was === undefined) row.animate([{ opacity: 0 }, { opacity: 1 }], { duration: MOVE, easing: EASE });
    else if (by) row.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: MOVE, easing: EASE });
  }
}

function greet(node) {
  if (!isStill.matches) {
    node.animate([{ opacity: 0, transform: "translateY(12px)" }, { opacity: 1, transform: "none" }], { duration: MOVE, easing: EASE });
  }
  const by = node.dataset.said;
  const live = document.querySelector("#live");
  if (live && by) live.textContent = zh ? `${by} 的新消息` : `New message from ${by}`;
}

// ---- offline ----

function said(contact) {
  const notice = document.querySelector("#offline");
  if (!notice) return;
  notice.hidden = contact === null;
  const since = notice.querySelector("[data-offline-since]");
  if (contact !== null && since) {
    since.textContent = new Date(contact).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }
}

function start() {
  const { stream, hears, now } = document.body.dataset;
  startDrafts();
  startPointing();
  if (!stream) return;
  let stopped = null;
  const live = new Stream(stream, hears.split(" ").filter(Boolean), now, {
    heard: (name) => want(name === "again" ? SOON + Math.random() * HERD : SOON),
    up: () => {
      stopped = null;
      said(null);
      want();
    },
    down: (contact) => {
      stopped = contact;
      said(contact);
    },
  });
  // A body that htmx has put in anew knows nothing of the break.
  document.addEventListener("htmx:afterSettle", () => {
    waiting = null;
    said(stopped);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-reconnect]")) return;
    live.open();
    want();
  });
  live.open();
}

start();
