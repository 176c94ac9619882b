// The panel beside the list: Space opens and closes it, J and K take it along, Escape closes; on a phone a page.
import { morph } from "../sterling/js/morph.js";
import { remember } from "./place.js";
import { slide } from "./steady.js";

const NARROW = matchMedia("(width < 1100px)");
const panel = () => document.querySelector("#peek");
const chosen = () => document.querySelector('[data-row][aria-current="true"]') ?? document.activeElement?.closest?.("[data-row]");

let shown = "";
let wanted = ""; // what is shown, or will be once its answer has come
let asked = 0;

/** The address tells what is open, for whoever comes back to it. */
const tell = (number) => history.replaceState(history.state, "", number ? `#peek-${number}` : location.pathname + location.search);

async function show(number) {
  const address = `/desk/tickets/${number}/peek`;
  if (NARROW.matches) {
    remember();
    location.href = address;
    return;
  }
  wanted = number;
  const turn = (asked += 1);
  const answer = await fetch(address, { headers: { "Sterling-Live": "1" }, cache: "no-store" }).catch(() => null);
  if (turn !== asked) return;
  if (!answer?.ok || answer.redirected) {
    wanted = shown;
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#peek-of");
  const part = panel();
  if (!fresh || !part) return;
  const isSame = shown === number;
  shown = number;
  const old = part.querySelector("#peek-of");
  if (isSame && old) morph(old, fresh);
  else part.replaceChildren(fresh);
  globalThis.htmx?.process(part);
  part.hidden = false;
  tell(number);
  document.querySelector(".desk-columns")?.classList.add("with-peek");
  if (!isSame) slide(fresh);
}

function close() {
  asked += 1;
  shown = wanted = "";
  tell("");
  panel().hidden = true;
  panel().replaceChildren();
  document.querySelector(".desk-columns")?.classList.remove("with-peek");
  chosen()?.querySelector("a")?.focus({ preventScroll: true });
}

/** Back from a ticket: its row is the chosen one, and the panel is open if it was. */
function comeBack() {
  const [, kind, number] = location.hash.match(/^#(row|peek)-(\d+)$/) ?? [];
  if (!number) return;
  const row = document.querySelector(`[data-rows] [data-row="${number}"]`);
  row?.setAttribute("aria-current", "true");
  row?.querySelector("a").focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
  tell("");
  if (kind === "peek" && !NARROW.matches) show(number);
}

export function startPeek() {
  if (!panel()) return;
  comeBack();
  document.addEventListener("keydown", (event) => {
    const row = chosen();
    if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey || !row || localStorage.getItem("keys") === "off") return;
    if (event.target.closest("input, textarea, select, button, summary, dialog, #peek")) return;
    event.preventDefault();
    if (wanted === row.dataset.row) close();
    else {
      row.setAttribute("aria-current", "true");
      show(row.dataset.row);
    }
  });
  document.addEventListener("row-chosen", (event) => {
    if (wanted) show(event.target.closest("[data-row]").dataset.row);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-peek-close]") || !shown) return;
    event.preventDefault();
    close();
  });
  document.addEventListener("live-rows", (event) => {
    if (wanted && (event.detail.isAll || event.detail.names.some((name) => name.endsWith(`-${wanted}`)))) show(wanted);
  });
}
