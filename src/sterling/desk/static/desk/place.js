// Where a ticket stands in the view that it was opened from: the next, the previous and the way back. The tab keeps the
// view as it stood then, so nothing shifts under the hands and the server is not asked again.
const KEPT = "view";
const NARROW = matchMedia("(width < 1100px)");
const zh = document.documentElement.lang.startsWith("zh");

const kept = () => JSON.parse(sessionStorage.getItem(KEPT) ?? "null");

export function remember() {
  const list = document.querySelector("[data-rows]");
  if (!list) return;
  const view = {
    address: location.pathname + location.search,
    name: document.querySelector(".pane-head h1").textContent.trim(),
    numbers: [...list.querySelectorAll("[data-row]")].map((row) => row.dataset.row),
    isCut: list.querySelector(".more") !== null, // the list holds more than is shown
  };
  sessionStorage.setItem(KEPT, JSON.stringify(view));
}

/** The view's address, where this ticket's row is to be chosen again, or its peek to be open; nothing if it is not in it. */
function wayBack(view, number, kind) {
  return view?.numbers.includes(number) ? `${view.address}#${kind}-${number}` : "";
}

/** Whether the page before was the view, or a ticket that was opened from it: other lists have tickets too. */
function isFromView() {
  if (!document.referrer) return false;
  const { origin, pathname } = new URL(document.referrer);
  return origin === location.origin && (pathname === "/desk/" || pathname.startsWith("/desk/tickets/"));
}

function show(part, view) {
  const { numbers, name, isCut } = view;
  const at = numbers.indexOf(part.dataset.number);
  const many = isCut ? `${numbers.length}+` : numbers.length;
  const [back, next, previous] = part.querySelectorAll("a");
  back.href = wayBack(view, part.dataset.number, "row");
  back.title = zh ? `返回“${name}”（Esc）` : `Back to ${name} (Esc)`;
  back.querySelector("[data-said]").textContent = zh ? `第 ${at + 1} 条，共 ${many} 条` : `${at + 1} of ${many}`;
  back.querySelector(".unseen").textContent = zh ? `，返回“${name}”` : `, back to ${name}`;
  for (const [link, number, [en, chinese]] of [
    [next, numbers[at + 1], ["next", "下一条"]],
    [previous, numbers[at - 1], ["previous", "上一条"]],
  ]) {
    link.querySelector(".unseen").textContent = number
      ? (zh ? `${chinese}：#${number}` : `The ${en} ticket, #${number}`)
      : (zh ? `没有${chinese}` : `There is no ${en} ticket`);
    if (number) link.href = `/desk/tickets/${number}/`;
  }
  part.hidden = false;
}

export function startPlace() {
  const part = document.querySelector("#place");
  const view = part && isFromView() && kept();
  if (view && view.numbers.includes(part.dataset.number)) show(part, view);
  // Before the browser follows the link.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    if (link.closest("[data-rows], #peek")) remember();
    const { back, number } = link.dataset;
    if (!back || (back === "peek" && NARROW.matches)) return;
    link.href = wayBack(kept(), number, back) || link.href;
  }, true);
}
