// The matrix as a grid: arrows move, Enter or typing edits, Esc restores; each change is saved and checked at once.
import { morph } from "../sterling/js/morph.js";

const form = document.querySelector("#draft");
const fields = () => [...form.querySelectorAll("[data-cell-field]")].filter((field) => field.checkVisibility());
const isText = (field) => field.matches("input:not([type=checkbox])");
const isTyped = (field) => isText(field) && field.value !== field.defaultValue;
const AGAIN = 3_000; // after a failure
const unsaved = new Set(); // fields that the server has not heard of
let saving = Promise.resolve();

function show(page) {
  const shown = { name: document.activeElement?.name };
  for (const part of ["main", "checks", "publishing", "differences", "edits"]) {
    const [old, fresh] = [document.getElementById(part), page.getElementById(part)];
    if (old && fresh) morph(old, fresh);
  }
  document.querySelector("#draft-revision").value = page.querySelector("#draft-revision").value;
  for (const hidden of document.querySelectorAll("[name=revision]")) hidden.value = page.querySelector("#draft-revision").value;
  if (shown.name && document.activeElement?.name !== shown.name) form.elements[shown.name]?.focus?.();
}

async function asked(options) {
  const answer = await fetch(form.action, { ...options, headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer || !(answer.ok || answer.status === 422 || answer.status === 412)) return {};
  return { isKept: answer.ok, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

async function save(field) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("revision", document.querySelector("#draft-revision").value);
  if (field.type === "checkbox") body.append("boxes", field.name);
  if (field.type !== "checkbox" || field.checked) body.set(field.name, field.value);
  const sent = field.value;
  const { isKept, page } = await asked({ method: "POST", body });
  if (!page) {
    heard(field, false);
    return;
  }
  if (isKept && isText(field)) {
    // In the draft's own words, unless its writer has gone on.
    const told = page.getElementById("draft").elements[field.name]?.value ?? sent;
    const goesOn = field.value !== sent;
    field.defaultValue = told;
    if (!goesOn) field.value = told;
    field.removeAttribute("aria-invalid");
  }
  // What is kept is no longer only mine: what another window makes of it is shown from now on.
  if (isKept && field.matches("select") && field.value === sent) {
    for (const option of field.options) option.defaultSelected = option.selected;
  }
  if (isKept && field.type === "checkbox") field.defaultChecked = body.has(field.name);
  show(page);
  heard(field, true); // after the fresh page, which knows nothing of other fields that wait
}

/** Where the line or the session is gone the field is sent again until it is there; the page says so meanwhile. */
function heard(field, isHeard) {
  unsaved[isHeard ? "delete" : "add"](field);
  if (!isHeard) setTimeout(() => unsaved.has(field) && commit(field), AGAIN);
  document.querySelector("[data-unsaved]").hidden = unsaved.size === 0;
}

/** Back to what the draft says; what was said of the words that are gone goes with them. */
async function restore(field) {
  field.value = field.defaultValue;
  if (!field.hasAttribute("aria-invalid")) return;
  field.removeAttribute("aria-invalid");
  const { page } = await asked({ method: "GET" });
  if (page) show(page);
}

function commit(field) {
  if (isText(field)) {
    field.removeAttribute("data-editing");
    if (!isTyped(field)) {
      heard(field, true);
      return;
    }
  }
  saving = saving.then(() => save(field));
}

function place(field) {
  const cell = field.closest("td");
  return { row: cell.parentElement, column: cell.cellIndex, nth: fields().filter((one) => one.closest("td") === cell).indexOf(field) };
}

function neighbour(field, dx, dy) {
  const { row, column, nth } = place(field);
  if (dx) {
    const there = fields().filter((one) => one.closest("td") === row.cells[column + dx]);
    return there[nth] ?? there[0];
  }
  const all = fields().filter((one) => one.closest("td").cellIndex === column);
  return all[all.indexOf(field) + dy];
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

form?.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches("[data-cell-field]") || event.isComposing) return;
  const editing = isText(field) && field.hasAttribute("data-editing");
  if (event.key === "Escape" && isText(field)) {
    field.removeAttribute("data-editing");
    saving = saving.then(() => restore(field));
    event.stopPropagation();
  } else if (event.key === "Enter" && isText(field)) {
    event.preventDefault();
    if (editing || isTyped(field)) commit(field);
    else { field.setAttribute("data-editing", ""); field.select(); }
  } else if (ARROWS[event.key] && !editing && !(field.matches("select") && event.altKey)) {
    const to = neighbour(field, ...ARROWS[event.key]);
    if (to) { event.preventDefault(); to.focus(); }
  } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && isText(field) && !editing) {
    field.setAttribute("data-editing", "");
    field.select();
  }
});
form?.addEventListener("mousedown", (event) => { if (event.target.matches("[data-cell-field]") && isText(event.target)) event.target.setAttribute("data-editing", ""); });
form?.addEventListener("change", (event) => { if (event.target.matches("[data-cell-field]")) commit(event.target); });
// Nothing is put in force without what stands in the matrix.
document.addEventListener("submit", (event) => unsaved.size && event.target.matches("form.publish") && event.preventDefault());
form?.addEventListener("focusout", (event) => event.target.removeAttribute?.("data-editing"));
