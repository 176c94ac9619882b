// Turns one tree into another, keeping every node that may stay: focus, selection, scroll and what was typed stay with it.
import { isOther } from "./fields.js";

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.dataset.row || node.id : "");

/** Whether somebody has put something into this field that the server does not know. */
function isTouched(field) {
  if (field === document.activeElement) return true;
  return isOther(field) && (!field.matches("select") || field.dataset.touched !== undefined);
}

/** What was refused stays with its reason until it is mended: a page that is asked for meanwhile does not know of it. */
function isRefusedAlone(old, fresh) {
  if (!old.matches("[data-field], form:not(:has([data-field]))")) return false;
  return old.querySelector("[aria-invalid=true]") !== null && fresh.querySelector("[aria-invalid=true]") === null;
}

/** What is said of a field whose words are the reader's own. */
function describe(field, fresh) {
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (fresh.hasAttribute(name)) field.setAttribute(name, fresh.getAttribute(name));
    else field.removeAttribute(name);
  }
}

function attributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    // A fold that the reader opened and the row that the keys chose are the reader's, not the server's.
    if (!fresh.hasAttribute(name) && name !== "open" && name !== "data-touched" && !(name === "aria-current" && old.dataset.row)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (name === "open" || (name === "aria-current" && old.dataset.row)) continue;
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

/** Whether this node, or one inside it, is still to come. */
function isWanted(node, known) {
  if (node.nodeType !== Node.ELEMENT_NODE) return false;
  return [node, ...node.querySelectorAll("[id], [data-row]")].some((one) => known.get(keyOf(one)) === one);
}

/** Somebody has the focus in it, or has chosen words of it: moved, it would lose both. */
function isInHand(node) {
  const selection = getSelection();
  return node.contains(document.activeElement) || (!selection.isCollapsed && selection.containsNode(node, true));
}

/** What goes makes room for `match`, and what stays steps behind it if it is in hand. What is left before it, or itself. */
function reach(match, at, known) {
  const stays = isInHand(match);
  const between = [];
  for (let node = at; node !== match; node = node.nextSibling) between.push(node);
  const left = between.filter((node) => isWanted(node, known));
  for (const node of between) if (!left.includes(node)) node.remove();
  if (stays) match.after(...left);
  return stays || !left.length ? match : left[0];
}

function children(old, fresh, known, arrived) {
  let at = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = keyOf(wanted);
    const same = at && !keyOf(at) && at.nodeName === wanted.nodeName ? at : null;
    const match = key ? known.get(key) : same;
    if (match && match.nodeName === wanted.nodeName) {
      if (match !== at && match.parentNode === old) at = reach(match, at, known);
      if (match === at) at = at.nextSibling;
      else old.insertBefore(match, at);
      known.delete(key);
      one(match, wanted, known, arrived);
      if (at && at.parentNode !== old) at = match.nextSibling;
    } else {
      // What is known may stand in a new group: it moves there instead of being made again.
      const holds = wanted.nodeType === Node.ELEMENT_NODE && wanted.querySelector("[id], [data-row]") !== null;
      const made = document.importNode(wanted, !holds);
      old.insertBefore(made, at);
      if (made.nodeType === Node.ELEMENT_NODE) arrived.push(made);
      if (holds) children(made, wanted, known, arrived);
      // What came next may be what moved in.
      if (at && at.parentNode !== old) at = made.nextSibling;
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function one(old, fresh, known, arrived) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  if (old.matches("input, select, textarea")) {
    if (isTouched(old)) describe(old, fresh);
    else old.replaceWith(document.importNode(fresh, true));
    return;
  }
  if (isRefusedAlone(old, fresh)) return;
  attributes(old, fresh);
  children(old, fresh, known, arrived);
}

/** Make `old` like `fresh`; the elements that were not there before. */
export function morph(old, fresh) {
  const keys = new Set([...fresh.querySelectorAll("[id], [data-row]")].map(keyOf));
  const kept = [...old.querySelectorAll("[id], [data-row]")].filter((node) => keys.has(keyOf(node)));
  const known = new Map(kept.map((node) => [keyOf(node), node]));
  const arrived = [];
  one(old, fresh, known, arrived);
  return arrived;
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("select")) event.target.dataset.touched = "";
});
