// Tells that this ticket is open here, and whether somebody writes; shows who else is there.
import { morph } from "../sterling/js/morph.js";

const BEAT = 30_000;
const QUIET = 20_000; // without a key nobody writes any more

const place = () => document.querySelector("[data-presence]");
let doing = "";
let timer = 0;

function form(more = {}) {
  const data = new FormData();
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["x-csrftoken"];
  for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token, doing, ...more })) data.set(name, value);
  return data;
}

async function tell(method = "POST") {
  const part = place();
  if (!part || document.hidden) return;
  try {
    const body = method === "POST" ? form() : undefined;
    const answer = await fetch(part.dataset.presence, { method, body, headers: { "Sterling-Live": "1" }, cache: "no-store" });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-presence]");
    if (fresh) morph(part, fresh);
  } catch {
    // The stream says that we are offline; the next beat tells again.
  }
}

function becomes(what) {
  if (doing === what) return;
  doing = what;
  tell();
}

export function startPresence() {
  if (!place()) return;
  tell();
  setInterval(() => tell(), BEAT);
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("textarea") || !event.target.closest("[data-draft], [data-composer]")) return;
    const mode = event.target.form.querySelector("[name=mode]:checked")?.value;
    becomes(event.target.value.trim() ? (mode === "note" ? "note" : "reply") : "");
    clearTimeout(timer);
    timer = setTimeout(() => becomes(""), QUIET);
  });
  document.addEventListener("htmx:afterSettle", () => becomes(""));
  document.addEventListener("desk-pull", () => becomes(""));
  document.addEventListener("visibilitychange", () => tell());
  document.addEventListener("live-presence", () => tell("GET"));
  addEventListener("pagehide", () => {
    const part = place();
    if (part) navigator.sendBeacon(part.dataset.presence, form({ left: "1" }));
  });
}
