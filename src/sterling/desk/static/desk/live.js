// Poke, then pull: a name says that something changed; the page asks for the piece through its guarded view.
// A list asks for the rows that were named; any other page for itself, and takes over the parts marked data-live.
import { startDrafts } from "./drafts.js";
import { AGAIN, isAimedAt } from "../sterling/js/aim.js";
import { morph } from "../sterling/js/morph.js";
import { announce } from "./news.js";
import { startPeek } from "./peek.js";
import { startPlace } from "./place.js";
import { startPresence } from "./presence.js";
import { fill, forget, known, rowsIn, settleList, slide, startSteady, steady } from "./steady.js";
import { Stream } from "../sterling/js/stream.js";

const SOON = 60; // several names of one commit are one change
const SPREAD = 120; // many desks hear the same name: they do not all ask at once
const PAUSE = { rows: 250, page: 1_000 }; // between two questions; longer where the server is slow
const PATIENCE = { rows: 2, page: 8 }; // times what the last answer took
const LONGEST = 15_000;
const HERD = 1_500; // when everybody is told to look again
const MINUTE = 60_000;
const MANY = 60; // named tickets; then all rows are as quick
const AT_END = 48;

const zh = document.documentElement.lang.startsWith("zh");
const listed = () => document.querySelector("[data-rows]");

let timer = 0;
let isFetching = false;
let isWanted = false;
let isAll = false;
let named = new Set();
let next = 0; // not before
let aimed = 0;

function want(pause = SOON + Math.random() * SPREAD) {
  isWanted = true;
  if (isFetching || timer) return;
  timer = setTimeout(pull, Math.max(pause, next - Date.now()));
}

function heard(name) {
  const [kind, number] = name.split("-");
  // Who looks at a ticket changes no list that does not hold it.
  if (kind === "presence" && listed() && !known(number)) return;
  if (kind === "ticket" || kind === "timeline" || kind === "presence") named.add(`${kind}-${number}`);
  if (name === "again") isAll = true;
  if (kind === "presence" && !listed()) {
    document.dispatchEvent(new CustomEvent("live-presence"));
    return;
  }
  want(name === "again" ? SOON + Math.random() * HERD : undefined);
}

function everything() {
  isAll = true;
  want();
}

async function get(url) {
  const answer = await fetch(url, { headers: { "Sterling-Live": "1" }, cache: "no-store" });
  // A sign-in page or a refusal has none of our parts: what stands here stays.
  if (!answer.ok || answer.redirected) return answer.status >= 500 ? null : new Document();
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** The list's own address with what is to be told of it. */
function question(list, names) {
  const url = new URL(list.dataset.rows, location.href);
  const of = (kind) => names.filter((name) => name.startsWith(kind)).map((name) => name.split("-")[1]);
  const tickets = new Set([...of("ticket"), ...of("presence")]);
  url.searchParams.set("tickets", isAll || !names.length || names.length > MANY ? "all" : [...tickets].join());
  if (of("timeline").length) url.searchParams.set("timelines", of("timeline").join());
  return url;
}

async function pull() {
  timer = 0;
  isFetching = true;
  isWanted = false;
  const begun = Date.now();
  const list = listed();
  const [names, all] = [[...named], isAll];
  try {
    const fresh = await (list ? get(question(list, names)) : (named.clear(), get(location.href)));
    if (fresh) {
      for (const name of names) named.delete(name);
      if (all) isAll = false;
      if (list) takeRows(fresh, { names, isAll: all || !names.length });
      else take(fresh);
    } else isWanted = true;
  } catch {
    isWanted = true;
  }
  // A slow server is asked less often, so that many open pages cannot drown it.
  const kind = list ? "rows" : "page";
  next = Date.now() + Math.min(LONGEST, Math.max(PAUSE[kind], PATIENCE[kind] * (Date.now() - begun)));
  isFetching = false;
  if (isWanted) want();
}

function takeRows(fresh, detail) {
  const wanted = fresh.querySelector("[data-rows]");
  const part = steady();
  if (!wanted || !part) return;
  for (const told of fresh.querySelectorAll("data[id^=count-]")) {
    for (const count of document.querySelectorAll(`[data-count="${told.id.slice(6)}"]`)) {
      if (count.textContent !== told.value) count.textContent = told.value;
      count.classList.toggle("late", count.dataset.count === "late" && told.value !== "0");
    }
  }
  // Counts that are dear to find are asked for again when they are due.
  const again = fresh.querySelector("#again");
  if (again) setTimeout(want, Math.min(MINUTE, 1_000 * Number(again.value)));
  for (const told of fresh.querySelectorAll("p[data-live]")) {
    const old = document.getElementById(told.id);
    if (old) morph(old, told);
  }
  const unknown = fill(wanted);
  settleList(part, wanted);
  for (const number of unknown) named.add(`ticket-${number}`);
  if (unknown.length) isWanted = true;
  document.dispatchEvent(new CustomEvent("live-rows", { detail }));
}

function take(fresh) {
  clearTimeout(aimed);
  const focused = document.activeElement;
  // Who is there comes by its own question, and the place in the view is known here alone; the page does not know them.
  for (const own of document.querySelectorAll("#presence, #place")) fresh.getElementById(own.id)?.replaceWith(own.cloneNode(true));
  for (const part of document.querySelectorAll("[data-live]")) {
    const wanted = fresh.getElementById(part.id);
    if (wanted && isAimedAt(part)) aimed = setTimeout(take, AGAIN, fresh);
    else if (wanted) settle(part, wanted);
  }
  if (focused !== document.activeElement && focused.isConnected && focused !== document.body) focused.focus({ preventScroll: true });
}

function isChosenFrom(part) {
  const selection = getSelection();
  return !selection.isCollapsed && selection.containsNode(part, true);
}

function settle(part, wanted) {
  const scroll = part.matches("[data-follow]") && part.scrollHeight - part.scrollTop - part.clientHeight < AT_END;
  const arrived = morph(part, wanted);
  // All of it: a link that now leads elsewhere must not ask for what it led to before.
  globalThis.htmx?.process(part);
  for (const node of arrived) if (node.matches("[data-said]")) greet(node);
  // Words that somebody is choosing are not taken from under the pointer.
  if (scroll && arrived.length && !isChosenFrom(part)) part.scrollTop = part.scrollHeight;
}

function greet(node) {
  slide(node);
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

// The views may be more than there is room for, on a phone one line that scrolls: the one where we are stands in sight.
function showPlace() {
  const side = document.querySelector("#side");
  const here = side?.querySelector("[aria-current]");
  if (!here) return;
  if (side.scrollWidth > side.clientWidth) side.scrollLeft = here.offsetLeft - (side.clientWidth - here.offsetWidth) / 2;
  if (here.offsetTop + here.offsetHeight > side.clientHeight) side.scrollTop = here.offsetTop - (side.clientHeight - here.offsetHeight) / 2;
}

function start() {
  const { stream, hears, now } = document.body.dataset;
  showPlace();
  startDrafts();
  startSteady();
  startPlace();
  startPeek();
  startPresence();
  if (!stream) return;
  let stopped = null;
  const live = new Stream(stream, hears.split(" ").filter(Boolean), now, {
    heard: (name) => {
      announce(name);
      heard(name);
    },
    up: () => {
      stopped = null;
      said(null);
      everything();
    },
    down: (contact) => {
      stopped = contact;
      said(contact);
    },
  });
  // A body that htmx has put in anew knows nothing of the break.
  document.addEventListener("htmx:afterSettle", () => {
    forget();
    showPlace();
    said(stopped);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-reconnect]")) return;
    live.open();
    everything();
  });
  // Dials fill and rows change their group without anybody's doing.
  setInterval(() => {
    if (!document.hidden && listed() && rowsIn(document).length) everything();
  }, MINUTE * (1 + Math.random() / 4));
  document.addEventListener("desk-pull", () => everything());
  live.open();
}

start();
