// What is typed into a form marked data-draft is kept in this tab until it is sent, whatever becomes of the page.
const PREFIX = "draft ";
const KEPT = "textarea, select, input[type=radio], input[type=text], input[type=email], input:not([type]), input[name=once]";

const keyOf = (form) => `${PREFIX}${location.pathname} ${form.id}`;
const fields = (form) => [...form.querySelectorAll(KEPT)].filter((field) => field.name);
const typed = (form) => [...form.querySelectorAll("textarea, input:not([type]), input[type=text], input[type=email]")];

function keep(form) {
  const said = {};
  for (const field of fields(form)) {
    if (field.type !== "radio" || field.checked) said[field.name] = field.value;
  }
  if (typed(form).some((field) => field.value.trim())) sessionStorage.setItem(keyOf(form), JSON.stringify({ said }));
  else sessionStorage.removeItem(keyOf(form));
}

function restore(form) {
  const kept = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "null");
  if (!kept || typed(form).some((field) => field.value)) return;
  for (const field of fields(form)) {
    if (!(field.name in kept.said)) continue;
    if (field.type === "radio") field.checked = field.value === kept.said[field.name];
    else field.value = kept.said[field.name];
  }
}

export function forget(form) {
  sessionStorage.removeItem(keyOf(form));
}

/** Drafts that went out with a whole page: the next page at another address says that they were taken. */
function dropSent() {
  for (const key of Object.keys(sessionStorage)) {
    if (!key.startsWith(PREFIX) || key.startsWith(`${PREFIX}${location.pathname} `)) continue;
    if (JSON.parse(sessionStorage.getItem(key)).sent) sessionStorage.removeItem(key);
  }
}

function restoreAll() {
  for (const form of document.querySelectorAll("form[data-draft]")) restore(form);
}

export function startDrafts() {
  const note = (event) => {
    const form = event.target.closest?.("form[data-draft]");
    if (form) keep(form);
  };
  document.addEventListener("input", note);
  document.addEventListener("change", note);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const kept = form.matches("[data-draft]:not([hx-post])") && sessionStorage.getItem(keyOf(form));
    if (kept) sessionStorage.setItem(keyOf(form), JSON.stringify({ ...JSON.parse(kept), sent: true }));
  });
  // Taken by the server: forgotten before the fresh page stands. A refusal leaves the text where it is.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig, xhr } = event.detail;
    if (requestConfig?.elt?.matches?.("form[data-draft]") && xhr.status < 400) forget(requestConfig.elt);
  });
  document.addEventListener("htmx:afterSettle", restoreAll);
  dropSent();
  restoreAll();
}
