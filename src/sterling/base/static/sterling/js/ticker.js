// Moves the words beside the dials, and the now line of a strip. Due times and shares come from the server; here only wall time passes.
const MINUTE = 60;
const COUNTDOWN = 2 * MINUTE;
const FINE = 4 * 60 * MINUTE;
const DAY = 24 * 60 * MINUTE;

let ahead = 0; // how far the server's clock is ahead of this device's, in seconds

const isChinese = () => document.documentElement.lang.startsWith("zh");

/** `52 min`, `1 h 20`, `1 min 45 s`; below two days. */
export function length(seconds, full = false) {
  const zh = isChinese();
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < COUNTDOWN) {
    const minutes = Math.floor(whole / MINUTE);
    const rest = whole % MINUTE;
    if (!minutes) return zh ? `${rest} 秒` : `${rest} s`;
    if (!rest) return zh ? `${minutes} 分钟` : `${minutes} min`;
    return zh ? `${minutes} 分 ${rest} 秒` : `${minutes} min ${rest} s`;
  }
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / MINUTE) % 60;
  if (!hours) return zh ? `${minutes} 分钟` : `${minutes} min`;
  if (!minutes || (!full && whole >= FINE)) return zh ? `${hours} 小时` : `${hours} h`;
  if (full) return zh ? `${hours} 小时 ${minutes} 分钟` : `${hours} h ${minutes} min`;
  return zh ? `${hours} 小时 ${minutes} 分` : `${hours} h ${String(minutes).padStart(2, "0")}`;
}

/** How far past the due. */
export function over(seconds) {
  if (seconds < MINUTE) return isChinese() ? "刚超时" : "just over";
  const whole = Math.floor(seconds / MINUTE) * MINUTE;
  return isChinese() ? `超 ${length(whole)}` : `${length(whole)} over`;
}

/** The words of one countdown, or nothing while the server's words stay true. */
export function words(left, metric, form) {
  const zh = isChinese();
  const update = metric === "update";
  if (form === "long") {
    if (left >= DAY || left < -2 * DAY) return null;
    if (left < 0) return zh ? `${update ? "进展通报" : "回复"}${over(-left)}` : `${update ? "Update" : "Reply"} ${over(-left)}`;
    return zh ? `${length(left, true)}内须${update ? "通报进展" : "回复"}` : `${update ? "Update" : "Reply"} due in ${length(left, true)}`;
  }
  if (left >= FINE || left < -2 * DAY) return null;
  return left < 0 ? over(-left) : length(left);
}

function turn(due) {
  // The form changes with the promise: what the server drew as a dial becomes the diamond of a miss.
  if (due.classList.contains("due-over")) return;
  due.classList.remove("due-calm", "due-watch", "due-soon", "due-now");
  due.classList.add("due-over");
  const dial = due.querySelector(".dial");
  if (!dial) return;
  const svg = "http://www.w3.org/2000/svg";
  const shapes = [["dial-diamond", "M7-.5 14.5 7 7 14.5-.5 7z"], ["dial-bar", "M7 3.8v3.6M7 10.1v.1"]];
  dial.replaceChildren(...shapes.map(([name, path]) => {
    const shape = document.createElementNS(svg, "path");
    shape.setAttribute("class", name);
    shape.setAttribute("d", path);
    return shape;
  }));
}

/** Where an instant lies: evenly between the `seconds:px` pairs of the axis; nothing outside them. */
export function place(axis, now) {
  const points = axis.split(" ").map((pair) => pair.split(":").map(Number));
  const after = points.findIndex(([at]) => at > now);
  if (after < 1) return null;
  const [[from, x], [to, x2]] = [points[after - 1], points[after]];
  return x + ((x2 - x) * (now - from)) / (to - from);
}

function moveNow(line, now) {
  const x = place(line.dataset.nowLine, now);
  line.classList.toggle("strip-now-gone", x === null);
  if (x === null) return;
  line.setAttribute("transform", `translate(${x.toFixed(1)} 0)`);
  const text = line.querySelector("text");
  const half = Number(line.dataset.half);
  const inside = Math.min(Math.max(x, half), line.ownerSVGElement.viewBox.baseVal.width - half);
  text.setAttribute("x", (inside - x).toFixed(1));
  const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: line.dataset.zone });
  text.textContent = `${isChinese() ? "现在" : "now"} ${hour.format(new Date(now * 1000))}`;
}

function tick() {
  const now = Date.now() / 1000 + ahead;
  let fine = false;
  for (const time of document.querySelectorAll("time[data-due]")) {
    const left = Number(time.dataset.due) - now;
    const said = words(left, time.dataset.metric, time.dataset.form);
    if (said !== null && time.textContent !== said) time.textContent = said;
    if (left < 0) turn(time.closest(".due"));
    if (left >= 0 && left <= COUNTDOWN) fine = true;
  }
  for (const line of document.querySelectorAll("[data-now-line]")) moveNow(line, now);
  setTimeout(tick, fine ? 1000 : 1000 * (MINUTE - (now % MINUTE)) + 20);
}

export function startTicking() {
  const told = Number(document.body.dataset.now);
  // A page that comes back from the browser's own store tells an old time.
  const [visit] = performance.getEntriesByType("navigation");
  if (told && visit?.type !== "back_forward") ahead = told - Math.floor(Date.now() / 1000);
  tick();
}
