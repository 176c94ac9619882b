// Poke, then pull, for customers: a name says that something changed; the page fetches itself and takes over the parts
// marked data-live. What is typed stays, a new message is announced once.
import { AGAIN, isAimedAt } from "../sterling/js/aim.js";
import { morph } from "../sterling/js/morph.js";
import { Stream } from "../sterling/js/stream.js";

const PAUSE = 250; // several names of one commit are one change
const HERD = 1_500; // when everybody is told to look again, not all at once
const LATER = 10_000; // after a failure

const zh = document.documentElement.lang.startsWith("zh");
let timer = 0;
let aimed = 0;
let asked = 0;
let taken = 0;

/** A form that was refused is an answer to a POST: what stands around it has an address of its own. */
const address = () => document.querySelector("[data-live-at]")?.dataset.liveAt ?? location.href;

function want(pause) {
  clearTimeout(timer);
  timer = setTimeout(pull, pause);
}

async function pull() {
  const turn = (asked += 1);
  const answer = await fetch(address(), { cache: "no-store" }).catch(() => null);
  // A sign-in page or a refusal has none of our parts: what stands here stays.
  if (!answer || answer.status >= 500) want(LATER + Math.random() * HERD);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  // An answer that was overtaken tells how it was, not how it is.
  if (turn < taken) return;
  taken = turn;
  take(fresh);
}

function take(fresh) {
  clearTimeout(aimed);
  for (const part of document.querySelectorAll("[data-live]")) {
    const wanted = fresh.getElementById(part.id);
    if (!wanted) continue;
    if (isAimedAt(part)) {
      aimed = setTimeout(take, AGAIN, fresh);
      continue;
    }
    for (const node of morph(part, wanted)) announce(node.dataset.said);
  }
}

function announce(name) {
  const live = document.querySelector("#live");
  if (live && name) live.textContent = zh ? `${name} 的新消息` : `New message from ${name}`;
}

function offline(contact) {
  const notice = document.querySelector("#offline");
  if (!notice) return;
  notice.hidden = contact === null;
  const since = notice.querySelector("[data-offline-since]");
  const hour = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (contact !== null && since) since.textContent = new Date(contact).toLocaleTimeString(document.documentElement.lang, hour);
}

const { stream, hears, now } = document.body.dataset;
if (stream && document.querySelector("[data-live]")) {
  const live = new Stream(stream, hears.split(" ").filter(Boolean), now, {
    heard: (name) => want(name === "again" ? PAUSE + Math.random() * HERD : PAUSE),
    up: () => {
      offline(null);
      want(0);
    },
    down: offline,
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-reconnect]")) live.open();
  });
  live.open();
}
