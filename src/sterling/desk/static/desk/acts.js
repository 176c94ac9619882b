// The acts' dialog: htmx fetches the form into #act-body and posts it; here it opens, closes and gives the focus back.
import { token } from "./token.js";

const dialog = document.querySelector("#act");
let opener = null;

export const pull = () => document.dispatchEvent(new CustomEvent("desk-pull"));

function focusFirst() {
  const wanted = ["[aria-invalid=true]", "[autofocus]", "input:not([type=hidden]), select, textarea, button"];
  wanted.map((which) => dialog.querySelector(which)).find(Boolean)?.focus();
}

function close() {
  dialog.close();
  dialog.querySelector("#act-body").replaceChildren();
}

// After it has settled: from then on its form and fields are htmx's, however fast somebody types.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "act-body") return;
  const from = document.activeElement;
  for (const menu of document.querySelectorAll("details.act-menu[open]")) menu.open = false;
  if (!dialog.open) {
    // A line of a menu that is closed by now cannot take the focus back; its head can.
    opener = from.closest("details.act-menu")?.querySelector("summary") ?? from;
    dialog.showModal();
  }
  focusFirst();
});

// Nothing that was filled in is lost when the server cannot be reached: the form stays, with the reason.
// htmx names whom an answer is for in `elt`; who asked stands in the request.
const asking = ({ detail }) => (detail.requestConfig?.elt ?? detail.elt)?.closest?.("form.act");

function failed(event, refusal) {
  const form = asking(event);
  if (!form) return;
  event.preventDefault?.();
  const zh = document.documentElement.lang.startsWith("zh");
  let said = form.querySelector(".act-failed");
  if (!said) {
    said = document.createElement("div");
    said.className = "notice notice-refused act-failed";
    said.setAttribute("role", "alert");
    form.querySelector(".act-foot").before(said);
  }
  if (refusal) said.replaceChildren(refusal);
  else said.textContent = zh ? "服务器没有应答。您填写的内容仍在，请稍后再试；若上次已生效，不会重复执行。" : "The server did not answer. What you filled in is still here; try again in a moment. What was done already is not done twice.";
}
// Whoever signed in again in another tab goes on here.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.parameters.csrfmiddlewaretoken) detail.parameters.csrfmiddlewaretoken = token() ?? detail.parameters.csrfmiddlewaretoken;
});
document.addEventListener("htmx:sendError", (event) => failed(event));
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (!asking(event)) return;
  // A refusal that brings no form (signed out, not there) is said in the dialog: the page lies under it, out of reach.
  const refusal = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-refusal] > div");
  if (xhr.status >= 500 || refusal || (xhr.status === 403 && !xhr.responseText.includes("act-title"))) {
    event.detail.shouldSwap = false;
    failed(event, xhr.status < 500 ? refusal : null);
  }
});

document.addEventListener("acted", () => {
  close();
  pull();
});

dialog?.addEventListener("click", (event) => {
  if (event.target.closest("[data-close]")) close();
});
// The status goes along with the reply: nothing is sent yet.
dialog?.addEventListener("submit", (event) => {
  if (!event.submitter?.matches("[data-with-reply]")) return;
  event.preventDefault();
  event.stopPropagation();
  const chosen = dialog.querySelector("[name=status]:checked")?.value;
  opener = null;
  close();
  document.dispatchEvent(new CustomEvent("reply-with", { detail: chosen }));
}, true);
dialog?.addEventListener("input", (event) => {
  const picks = event.target.dataset.picks;
  const radio = picks && dialog.querySelector(`input[type=radio][value="${picks}"]`);
  if (radio) radio.checked = true;
});
dialog?.addEventListener("close", () => opener && (opener?.isConnected ? opener : document.querySelector("#main"))?.focus({ preventScroll: true }));

// A menu closes when the focus or the pointer goes elsewhere, and with Escape; arrows move inside it.
const menus = "details.act-menu, details.send-menu";
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(`:is(${menus})[open]`)) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(menus);
  if (!menu?.open) return;
  if (event.key === "Escape") {
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const items = [...menu.querySelectorAll(".menu a")];
  if (!step || !items.length) return;
  event.preventDefault();
  items.at((items.indexOf(document.activeElement) + step + (step < 0 && document.activeElement.matches("summary") ? 1 : 0)) % items.length).focus();
});
document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.(menus) || !event.target.open) return;
  event.target.querySelector(".menu a, .menu input:checked")?.focus();
}, true);
