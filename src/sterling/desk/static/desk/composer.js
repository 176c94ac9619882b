// The composer: what is typed is kept on the server while it is typed, on this device until the server has it, and
// stays where it is whatever becomes of sending it.
import { pull } from "./acts.js";
import { token } from "./token.js";

const form = document.querySelector("[data-composer]");
const zh = document.documentElement.lang.startsWith("zh");
const say = (en, chinese) => (zh ? chinese : en);
const QUIET = 700; // after the last key
const AGAIN = 5_000; // after a failure
const MINUTE = 60_000;

const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
const ownToken = () => token() ?? form.elements.csrfmiddlewaretoken.value;

const word = () => Array.from(crypto.getRandomValues(new Uint8Array(11)), (byte) => byte.toString(16).padStart(2, "0")).join("");

class Composer {
  #timer = 0;
  #saving = null;
  #isSending = false;
  #mayBeThere = false; // an answer was lost: what was sent may be there
  #kept = new Map(); // mode -> { body, knows, status, files } of the mode that is not shown

  constructor() {
    this.body = form.querySelector("#body");
    this.saved = form.querySelector("[data-saved]");
    this.refusal = form.querySelector(".composer-refusal");
    this.effects = form.querySelector("#effects");
    for (const node of form.querySelectorAll("[data-kept]")) {
      const { kept, knows, status, files } = node.dataset;
      this.#kept.set(kept, { body: node.value, knows, status, files: files ? files.split("|") : [] });
    }
    this.mode = form.elements.mode.value;
    // Sent from a page that is gone, and the answer was lost: sent again, it is the same message.
    const lost = localStorage.getItem(this.#lostKey());
    if (lost) {
      form.elements.once.value = lost;
      this.#mayBeThere = true;
    }
    this.#takeLocal();
    this.#grow();
    const talk = document.querySelector("#talk");
    if (!location.hash) talk.scrollTop = talk.scrollHeight;
    form.addEventListener("input", (event) => this.#changed(event));
    form.addEventListener("change", (event) => this.#chosen(event));
    form.addEventListener("submit", (event) => this.#send(event));
    form.addEventListener("click", (event) => event.target.closest("[data-forget-other]") && this.#forgetOther());
    // R and N press the mode and go on writing; arrows between the two stay where they are.
    form.addEventListener("click", (event) => event.target.name === "mode" && (!event.isTrusted || event.detail > 0) && this.body.focus());
    addEventListener("online", () => this.#isUnsaved() && this.#save());
    addEventListener("pagehide", () => this.#isUnsaved() && this.#save(true));
    document.addEventListener("reply-with", (event) => this.#replyWith(event.detail));
    setInterval(() => !document.hidden && this.#foretell(), MINUTE);
  }

  // ---- what is kept ----

  #key(mode = this.mode) {
    return `draft ${form.dataset.composer} ${location.pathname} ${mode}`;
  }

  #lostKey() {
    return `sent ${form.dataset.composer} ${location.pathname}`;
  }

  #isUnsaved() {
    return localStorage.getItem(this.#key()) !== null;
  }

  /** Something other than what the server wrote stands in the field: typed before this script was there. */
  #isEarly() {
    return this.body.value !== this.body.defaultValue;
  }

  #names() {
    const chosen = [...form.elements.files.files].map((file) => file.name);
    return chosen.length ? chosen : this.again ?? [];
  }

  /** What this device has and the server has not: from a time without the server, or a tab that closed at once. */
  #takeLocal() {
    for (const mode of ["reply", "note"]) {
      const local = JSON.parse(localStorage.getItem(this.#key(mode)) ?? "null");
      if (local) this.#kept.set(mode, { ...this.#kept.get(mode), knows: local.knows, ...local });
    }
    const here = this.#kept.get(this.mode);
    const names = form.querySelector("[data-file-names]").textContent.trim();
    this.again = here?.files ?? (names ? names.split(", ") : []);
    if (here && this.#isUnsaved()) {
      // Words typed before this script was there follow those that were kept.
      const early = this.#isEarly() && this.body.value !== here.body;
      this.body.value = early ? `${here.body}\n\n${this.body.value}` : here.body;
      form.elements.knows.value = here.knows ?? 0;
      this.#save();
    }
  }

  #keepLocal() {
    const { body, mode } = this;
    const entry = { body: body.value, knows: form.elements.knows.value, status: this.#status(), files: this.#names() };
    localStorage.setItem(this.#key(mode), JSON.stringify(entry));
  }

  #status() {
    return form.elements.status?.value ?? "";
  }

  #changed(event) {
    if (event.target !== this.body) return;
    // What its writer knows is what stood there when the writing began.
    if (!this.wasTyped && this.body.value.trim()) form.elements.seen.value = document.querySelector("#talk").dataset.latest;
    this.wasTyped = this.body.value.trim() !== "";
    this.#grow();
    this.#keepLocal();
    this.#soon();
  }

  #soon(pause = QUIET) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), pause);
  }

  async #save(isLast = false) {
    clearTimeout(this.#timer);
    if (this.#isSending) return;
    if (this.#saving && !isLast) {
      await this.#saving;
      if (!this.#isUnsaved()) return;
    }
    this.#saving = this.#saveNow(isLast);
    await this.#saving;
    this.#saving = null;
  }

  async #saveNow(isLast = false, extra = {}) {
    const { mode } = this;
    const sent = this.body.value;
    const data = new FormData();
    for (const [name, value] of Object.entries({ mode, body: sent, status: this.#status(), knows: form.elements.knows.value, ...extra })) data.append(name, value);
    for (const name of this.#names()) data.append("file", name);
    try {
      const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: data, headers: { "X-CSRFToken": ownToken(), "HX-Request": "true" }, keepalive: isLast });
      if (!answer.ok) throw Object.assign(new Error("refused"), { status: answer.status });
      const told = await answer.json();
      if (this.mode !== mode) {
        this.#kept.set(mode, { ...this.#kept.get(mode), knows: told.knows });
        localStorage.removeItem(this.#key(mode));
        return;
      }
      form.elements.knows.value = told.knows;
      if (this.body.value === sent) localStorage.removeItem(this.#key(mode));
      this.saved.textContent = told.saved ? say(`Draft saved ${told.saved}`, `草稿已存 ${told.saved}`) : "";
      this.saved.classList.remove("unsaved");
      this.#showOther(told.other);
      this.#tell(told.effects);
    } catch (problem) {
      this.#unsaved(problem.status);
    }
  }

  #unsaved(status) {
    this.saved.classList.add("unsaved");
    this.saved.textContent = status === 401
      ? say("Signed out; kept on this device", "已退出登录；内容保存在此设备")
      : say(`Kept on this device, ${clock()}`, `已存于此设备 ${clock()}`);
    if (status !== 401) this.#soon(AGAIN);
  }

  #showOther(text) {
    const other = form.querySelector(".composer-other");
    other.hidden = !text;
    other.querySelector("[data-other]").textContent = text;
  }

  async #forgetOther() {
    await this.#saveNow(false, { forget_other: "1" });
  }

  // ---- effects ----

  #tell(html) {
    if (html && this.effects.innerHTML.trim() !== html.trim()) this.effects.innerHTML = html;
  }

  async #foretell() {
    try {
      const answer = await fetch(form.dataset.effectsUrl, { headers: { "HX-Request": "true" } });
      if (answer.ok) this.#tell(await answer.text());
    } catch {
      // The offline line says it; the words stay as they were.
    }
  }

  // ---- mode, status, files ----

  #chosen(event) {
    if (event.target.name === "mode" && event.target.value !== this.mode) this.#turn(event.target.value);
    if (event.target.name === "status") {
      const menu = event.target.closest("details");
      if (event.isTrusted && menu && !event.target.matches(":focus-visible")) menu.open = false;
      if (this.body.value.trim()) {
        this.#keepLocal();
        this.#soon(0);
      }
    }
    if (event.target.name === "files") {
      const names = this.#names();
      form.querySelector("[data-attached]").textContent = names.length ? names.join(", ") : say("Attach", "附件");
      form.querySelector(".composer-files").hidden = true;
      this.#keepLocal();
      this.#soon(0);
    }
  }

  /** Reply and note are two drafts. */
  #turn(mode) {
    if (this.#isUnsaved()) this.#save();
    this.#kept.set(this.mode, { body: this.body.value, knows: form.elements.knows.value, status: this.#status(), files: this.again });
    this.mode = mode;
    const next = this.#kept.get(mode) ?? { body: "", knows: 0, files: [] };
    this.body.value = next.body;
    form.elements.knows.value = next.knows ?? 0;
    this.wasTyped = next.body.trim() !== "";
    this.#refuse("");
    this.#grow();
  }

  #replyWith(status) {
    form.querySelector("#mode-reply").click();
    const radio = form.querySelector(`#status-${status}`);
    if (radio) radio.checked = true;
    this.body.focus();
  }

  #grow() {
    this.body.style.height = "auto";
    this.body.style.height = `${Math.min(this.body.scrollHeight + 2, innerHeight * 0.4)}px`;
  }

  // ---- sending ----

  async #send(event) {
    event.preventDefault();
    if (this.#isSending) return;
    if (!this.body.value.trim()) {
      this.#refuse(`<p>${say("Write something first.", "请先填写内容。")}</p>`);
      this.body.focus();
      return;
    }
    clearTimeout(this.#timer);
    await this.#saving;
    this.#isSending = true;
    form.classList.add("sending");
    this.saved.textContent = this.mode === "note" ? say("Saving", "正在保存") : say("Sending", "正在发送");
    try {
      const data = new FormData(form);
      data.set("csrfmiddlewaretoken", ownToken());
      const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-CSRFToken": ownToken(), "HX-Request": "true" } });
      if (answer.status === 204) this.#sent(answer.headers.get("Sterling-Goes-To"));
      else this.#refused(answer.status, await answer.text());
    } catch {
      this.#refused(0, "");
    }
    this.#isSending = false;
    form.classList.remove("sending");
  }

  #sent(elsewhere) {
    localStorage.removeItem(this.#key());
    localStorage.removeItem(this.#lostKey());
    this.#kept.delete(this.mode);
    if (elsewhere) {
      location.assign(elsewhere);
      return;
    }
    this.body.value = "";
    form.elements.once.value = word(); // the next words are another message
    this.wasTyped = false;
    this.again = [];
    form.elements.files.value = "";
    // It was there since an answer that was lost; the draft was kept after that.
    if (this.#mayBeThere) this.#saveNow();
    this.#mayBeThere = false;
    form.elements.knows.value = 0;
    form.querySelector("[data-attached]").textContent = say("Attach", "附件");
    form.querySelector(".composer-files").hidden = true;
    const keep = form.querySelector("#status-keep");
    if (keep) keep.checked = true;
    this.#refuse("");
    this.#grow();
    this.saved.textContent = "";
    const live = document.querySelector("#live");
    if (live) live.textContent = this.mode === "note" ? say("Note saved", "备注已保存") : say("Sent", "已发送");
    const talk = document.querySelector("#talk");
    talk.scrollTop = talk.scrollHeight;
    pull();
  }

  #refused(status, html) {
    this.#keepLocal();
    if (status === 0 || status >= 500) {
      this.#mayBeThere = true;
      localStorage.setItem(this.#lostKey(), form.elements.once.value);
    }
    const part = new DOMParser().parseFromString(html, "text/html").querySelector("[data-refusal]");
    const link = `<a class="link" href="${form.dataset.signIn}" target="_blank">${say("Sign in", "登录")}</a>`;
    if (status === 401) this.#refuse(`<p>${say("You have been signed out.", "您已退出登录。")} ${link}${say(", then send again; your text stays here.", "后再次发送，您的文字仍在此处。")}</p>`);
    else if (part) {
      this.#refuse(part.querySelector("div").innerHTML);
      if (part.dataset.latest) form.elements.seen.value = part.dataset.latest;
      if (part.dataset.refusal !== "invalid") pull();
    } else if (status === 0) this.#refuse(`<p>${say("The server cannot be reached. Your text is kept; send it again when the line is back.", "无法连接服务器。您的文字已保留，恢复连接后请再次发送。")}</p>`);
    else if (status === 413) this.#refuse(`<p>${say("This is larger than a message can be (25 MB). Choose smaller files.", "超过每条消息 25 MB 的上限，请减少附件。")}</p>`);
    else this.#refuse(`<p>${say("Something failed on our side. Your text is kept; try again in a moment.", "我们这边出了故障。您的文字已保留，请稍后再试。")}</p>`);
    this.saved.textContent = "";
    this.#isSending = false;
    if (status !== 401) this.#soon(0);
  }

  #refuse(html) {
    this.refusal.innerHTML = html;
    this.refusal.hidden = !html;
  }
}

if (form) {
  // The page may have come from the browser's own store with a field that the server did not write.
  new Composer();
}
