// The keyboard map. A key presses what the page marks with data-key; J and K move through [data-row] where there are rows.
const isTyping = (node) => node.closest("input, textarea, select, [contenteditable]") !== null;
/** A dialog or an open menu closes by itself first. */
const isInFront = (node) => document.querySelector("dialog:modal") !== null || node.closest("details[open]:has(> .menu)") !== null;
const isOff = () => localStorage.getItem("keys") === "off";
const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);

let around = { 1: [], [-1]: [] }; // the rows after and before the chosen one, nearest first

/** From the chosen row to the next; if it has left the list meanwhile, from where it stood. */
function beside(all, step) {
  const at = all.findIndex((row) => row.getAttribute("aria-current") === "true");
  if (at >= 0) return Math.min(all.length - 1, Math.max(0, at + step));
  return Math.max(0, all.indexOf([...around[step], ...around[-step]].find((row) => all.includes(row))));
}

function move(step) {
  const all = rows();
  const at = beside(all, step);
  const next = all[at];
  around = { 1: all.slice(at + 1), [-1]: all.slice(0, at).reverse() };
  for (const row of all) row.removeAttribute("aria-current");
  next.setAttribute("aria-current", "true");
  const focusable = next.matches("a, button, [tabindex]") ? next : next.querySelector("a, button, [tabindex]");
  focusable?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
  next.dispatchEvent(new CustomEvent("row-chosen", { bubbles: true }));
}

function press(key) {
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((node) => node.getClientRects().length);
  if (!found) return false;
  if (found.matches("input:not([type=radio], [type=checkbox]), textarea, select")) found.focus();
  else found.click();
  return true;
}

function name(event) {
  if (event.key === " ") return "Space";
  return event.key.length === 1 ? event.key.toUpperCase() : event.key;
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const key = name(event);
  if (event.ctrlKey || event.metaKey) {
    if (key === "Enter") {
      const form = event.target.closest("form");
      const send = form?.querySelector("[data-key='Ctrl Enter']");
      if (send) { event.preventDefault(); form.requestSubmit(send); }
    }
    return;
  }
  if (key === "Escape") {
    if (isTyping(event.target)) event.target.blur();
    else if (!isInFront(event.target)) press("Escape");
    return;
  }
  if (isTyping(event.target) || isOff() || document.querySelector("dialog:modal")) return;
  if (key === "?") { document.querySelector("#keys")?.showModal(); return; }
  if ((key === "J" || key === "K") && rows().length) { move(key === "J" ? 1 : -1); event.preventDefault(); return; }
  if (key === "Space" && event.target.closest("button, summary")) return;
  if (key === "Enter" && event.target.closest("a, button, summary")) return;
  if (press(key)) event.preventDefault();
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  const toggle = document.querySelector("[data-keys-toggle]");
  if (!toggle) return;
  toggle.checked = !isOff();
  toggle.addEventListener("change", () => localStorage.setItem("keys", toggle.checked ? "on" : "off"));
}
