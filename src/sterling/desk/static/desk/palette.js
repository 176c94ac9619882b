// Ctrl K: everything that can be reached from here by its name. Acts and pages are those that this page shows, so
// nobody finds what they may not do; tickets are looked up by the server.
const SOON = 120; // after the last letter
const box = document.querySelector("#palette");
const field = box?.querySelector("input");
const list = box?.querySelector("[role=listbox]");
const zh = document.documentElement.lang.startsWith("zh");

let chosen = 0;
let shown = []; // the options, in order
let found = []; // tickets that the server told
let told = ""; // for these words
let timer = 0;
let asked = 0;

const clean = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const capOf = (node) => clean(node.querySelector("kbd")?.textContent ?? node.parentElement?.querySelector("kbd")?.textContent);

function nameOf(node) {
  const copy = (node.matches("input") ? node.closest("label") : node).cloneNode(true);
  for (const part of copy.querySelectorAll("kbd, svg, .side-count, b")) part.remove();
  return clean(copy.textContent) || clean(node.title);
}

/** What a part of the page offers under a selector, each name once. */
function offered(selector, part = document) {
  const known = new Map();
  for (const node of part.querySelectorAll(selector)) {
    const name = nameOf(node);
    if (name && !known.has(name) && !box.contains(node)) known.set(name, { name, cap: capOf(node), run: () => go(node) });
  }
  return [...known.values()];
}

function go(node) {
  if (node.isConnected) node.click();
}

function own() {
  const toggle = document.querySelector("[data-keys-toggle]");
  const { keys, on, off } = box.dataset;
  const made = [{ name: keys, cap: "?", run: () => document.querySelector("#keys")?.showModal() }];
  if (toggle) made.push({ name: toggle.checked ? off : on, cap: "", run: () => toggle.click() });
  return made;
}

function groups() {
  const { acts, tickets, views, pages, more } = box.dataset;
  const side = [...document.querySelectorAll("#side ul")];
  const within = (lists) => lists.flatMap((part) => offered("a[href]", part));
  return [
    [acts, [...offered(".act-menu .menu a"), ...offered(".composer [data-key=R], .composer [data-key=N], .why-link, .pane-head [data-key=F], .place [data-key][href]")]],
    [tickets, found],
    [views, within(side.slice(0, 1))],
    [pages, within(side.slice(1))],
    [more, [...offered(".top-new"), ...own()]],
  ];
}

/** Every word stands somewhere in the name. Tickets told for these very words have been matched already. */
function matching(options, words) {
  return options === found && told === words.join(" ") ? options : options.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
}

function draw() {
  const words = clean(field.value).toLowerCase().split(" ").filter(Boolean);
  shown = [];
  list.replaceChildren();
  for (const [name, options] of groups()) {
    const fit = matching(options, words);
    if (!fit.length) continue;
    const group = document.createElement("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", name);
    const head = Object.assign(document.createElement("div"), { className: "palette-head", textContent: name });
    head.setAttribute("aria-hidden", "true");
    group.append(head, ...fit.map(drawn));
    list.append(group);
  }
  box.querySelector("[data-none]").hidden = shown.length > 0;
  box.querySelector("[data-count]").textContent = shown.length ? (zh ? `${shown.length} 项` : `${shown.length} found`) : "";
  field.setAttribute("aria-expanded", String(shown.length > 0));
  choose(0);
}

function drawn(option) {
  const node = document.createElement("div");
  node.id = `palette-${shown.length}`;
  node.className = "palette-option";
  node.setAttribute("role", "option");
  const name = Object.assign(document.createElement("span"), { className: "cut", textContent: option.name });
  node.append(name);
  if (option.note) node.append(Object.assign(document.createElement("span"), { className: "cut quiet", textContent: option.note }));
  if (option.cap) node.append(Object.assign(document.createElement("kbd"), { textContent: option.cap }));
  node.dataset.nth = shown.length;
  shown.push({ ...option, node });
  return node;
}

function choose(nth) {
  chosen = shown.length ? (nth + shown.length) % shown.length : 0;
  for (const { node } of shown) node.setAttribute("aria-selected", String(shown[chosen].node === node));
  const now = shown[chosen]?.node;
  if (!now) {
    field.removeAttribute("aria-activedescendant");
    return;
  }
  field.setAttribute("aria-activedescendant", now.id);
  now.scrollIntoView({ block: "nearest" });
}

function run() {
  const option = shown[chosen];
  if (!option) return;
  box.close();
  option.run();
}

async function look() {
  const words = clean(field.value);
  const mine = ++asked;
  if (!words) {
    found = [];
    return;
  }
  try {
    const answer = await fetch(`${box.dataset.find}?q=${encodeURIComponent(words)}`, { cache: "no-store" });
    if (!answer.ok || answer.redirected || mine !== asked) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    told = words.toLowerCase();
    found = [...fresh.querySelectorAll("a")].map((link) => ({
      name: clean(link.textContent),
      note: link.title,
      run: () => location.assign(link.getAttribute("href")),
    }));
  } catch {
    found = []; // pages and acts are found without the server
  }
  const was = shown[chosen]?.name;
  draw();
  choose(Math.max(0, shown.findIndex(({ name }) => name === was)));
}

function open() {
  if (document.querySelector("dialog:modal")) return;
  field.value = "";
  found = [];
  asked += 1;
  box.showModal();
  draw();
}

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
  event.preventDefault();
  if (box.open) box.close();
  else open();
});
for (const button of document.querySelectorAll("[data-palette]")) button.addEventListener("click", open);
field.addEventListener("input", () => {
  draw();
  clearTimeout(timer);
  timer = setTimeout(look, SOON);
});
field.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) choose(chosen + step);
  else if (event.key === "Enter") run();
  else return;
  event.preventDefault();
});
list.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (!option) return;
  choose(Number(option.dataset.nth));
  run();
});
box.addEventListener("click", (event) => event.target === box && box.close());
