// An alarm that reaches the viewer is said once, politely, on whatever page of the desk is open, and stays until closed.
const SOON = 150; // several names of one commit are one alarm

let timer = 0;

async function ask(bar) {
  timer = 0;
  try {
    const answer = await fetch(`${bar.dataset.news}?since=${encodeURIComponent(bar.dataset.since)}`, { cache: "no-store" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-since]");
    if (!fresh) return;
    bar.dataset.since = fresh.dataset.since;
    if (!fresh.childElementCount) return;
    bar.hidden = false; // first visible, then filled: a live region that appears full is not read
    requestAnimationFrame(() => bar.querySelector("[data-news-said]").replaceChildren(...fresh.childNodes));
  } catch {
    // The next name asks again, from the same instant on.
  }
}

/** `name` changed; those that begin with alarms- are the viewer's own. */
export function announce(name) {
  const bar = document.querySelector("#alarm-news");
  if (!bar || !name.startsWith("alarms-") || timer) return;
  timer = setTimeout(ask, SOON, bar);
}

document.addEventListener("click", (event) => {
  const bar = event.target.closest("[data-news-close]")?.closest("#alarm-news");
  if (!bar) return;
  bar.hidden = true;
  bar.querySelector("[data-news-said]").replaceChildren();
});
