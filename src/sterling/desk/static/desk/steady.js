// A list whose rows keep their places while somebody is at it: the pointer rests there, or keys move through it.
import { morph } from "../sterling/js/morph.js";

const MOVE = 240;
const EASE = "cubic-bezier(.2, 0, 0, 1)";
const AT_KEYS = 10_000; // so long after the last key the focus in a list is only where somebody was
const zh = document.documentElement.lang.startsWith("zh");
export const isStill = matchMedia("(prefers-reduced-motion: reduce)");
export const steady = () => document.querySelector("[data-steady]");
export const rowsIn = (root) => [...root.querySelectorAll("[data-row]")];
const rowOf = (root, number) => root.querySelector(`[data-row="${CSS.escape(number)}"]`);

let waiting = null; // the list as it will stand when nobody is at it
let pointed = null;
let keyed = 0;
let timer = 0;

const tops = (root) => new Map(rowsIn(root).map((row) => [row.dataset.row, row.getBoundingClientRect().top]));
const isPointedAt = (part) => pointed !== null && pointed.isConnected && part.contains(pointed);
const isAtKeys = (part) => Date.now() - keyed < AT_KEYS && part.contains(document.activeElement);
const isHeld = (part) => isPointedAt(part) || isAtKeys(part);

/** Each row with the group it stands in, in order. */
const order = (root) => rowsIn(root).map((row) => [row.dataset.row, row.closest("section")?.id ?? ""]);

/** How many rows would come, go or move: all but the longest run of those that keep their order. */
export function changes(before, after) {
  const group = new Map(before);
  const place = new Map(before.map(([number], at) => [number, at]));
  const kept = after.filter(([number, section]) => group.get(number) === section).map(([number]) => place.get(number));
  const ends = []; // the least last place of an ascending run of each length
  for (const at of kept) {
    const found = ends.findIndex((end) => end >= at);
    ends[found < 0 ? ends.length : found] = at;
  }
  const all = new Set([...before, ...after].map(([number]) => number));
  return all.size - ends.length;
}

/** A row as it stands here, or will when nobody is at the list. */
export const known = (number) => (waiting && rowOf(waiting, number)) ?? rowOf(document, number);

/** Rows told by their number alone are as they were; the numbers of those that nobody here knows. */
export function fill(wanted) {
  const unknown = [];
  for (const stub of wanted.querySelectorAll("[data-same]")) {
    const number = stub.dataset.row;
    const row = known(number);
    if (row) stub.replaceWith(row.cloneNode(true));
    else {
      unknown.push(number);
      // A head with nobody under it yet would push down the rows that somebody points at.
      const group = stub.closest("section");
      stub.remove();
      if (group && !rowsIn(group).length) group.remove();
    }
  }
  return unknown;
}

/** Take over a list; its rows move now, or when nobody is at it any more. */
export function settleList(part, wanted) {
  const count = changes(order(part), order(wanted));
  if (count && isHeld(part)) {
    waiting = wanted;
    for (const row of rowsIn(part)) {
      const fresh = rowOf(wanted, row.dataset.row);
      if (fresh) morph(row, fresh.cloneNode(true));
    }
    say(count);
    later();
    return;
  }
  waiting = null;
  say(0);
  const before = tops(part);
  const focused = document.activeElement;
  const number = focused?.closest?.("[data-row]")?.dataset.row;
  morph(part, wanted);
  if (focused !== document.activeElement) {
    const row = number && rowOf(part, number)?.querySelector("a");
    (focused.isConnected && focused !== document.body ? focused : row || null)?.focus({ preventScroll: true });
  }
  glide(part, before);
}

function say(count) {
  const said = document.querySelector("[data-waits]");
  if (!said) return;
  said.hidden = !count;
  if (!count) return;
  const words = count === 1 ? "1 change waits" : `${count} changes wait`;
  const line = zh ? `${count} 处变动待更新` : words;
  if (said.textContent !== line) said.textContent = line;
}

function release() {
  const part = steady();
  if (waiting && part && !isHeld(part)) settleList(part, waiting);
}

/** The focus alone holds a list for a while only, or nothing would ever move for who works by keys. */
function later() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    release();
    if (waiting) later();
  }, 1_000);
}

/** A page put in anew knows nothing of what waited. */
export function forget() {
  waiting = null;
}

function glide(part, before) {
  if (isStill.matches) return;
  for (const row of rowsIn(part)) {
    const was = before.get(row.dataset.row);
    const by = was === undefined ? 0 : was - row.getBoundingClientRect().top;
    if (was === undefined) row.animate([{ opacity: 0 }, { opacity: 1 }], { duration: MOVE, easing: EASE });
    else if (by) row.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: MOVE, easing: EASE });
  }
}

/** A message or a card that has just come. */
export function slide(node) {
  if (isStill.matches) return;
  node.animate([{ opacity: 0, transform: "translateY(12px)" }, { opacity: 1, transform: "none" }], { duration: MOVE, easing: EASE });
}

export function startSteady() {
  document.addEventListener("pointerover", (event) => {
    pointed = event.pointerType === "mouse" ? event.target : null;
    release();
  });
  document.documentElement.addEventListener("pointerleave", () => {
    pointed = null;
    release();
  });
  document.addEventListener("keydown", (event) => {
    if (steady()?.contains(event.target) || steady()?.contains(document.activeElement)) keyed = Date.now();
  });
  document.addEventListener("focusin", release);
}
