// The live stream: names of what changed. It says when it stopped, comes back by itself and resumes where it was.
const SILENCE = 50_000; // the server gives a sign of life every 20 s
const GRACE = 2_500; // a blip is nobody's business
const HIDDEN = 20_000; // a page that nobody looks at holds no connection: browsers allow few of them
const LONGEST = 30_000;

/** Whether `name` is one of these; `ticket-*` is every name of its kind. */
const isAmong = (names, name) => names.has(name) || names.has(`${name.split("-")[0]}-*`);

export class Stream {
  #url;
  #names;
  #since;
  #last = "";
  #source = null;
  #timers = new Map();
  #tries = 0;
  #isDown = false;
  #contact = Date.now();

  /** `heard(name)` on each name that is among `names`; `down(contact)` when the stream has stopped, `up()` when it stands again. */
  constructor(url, names, since, { heard, up, down }) {
    [this.#url, this.#names, this.#since] = [url, new Set([...names, "again", "here"]), since];
    this.heard = heard;
    this.up = up;
    this.down = down;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#after("hidden", HIDDEN, () => this.#rest());
      else {
        this.#cancel("hidden");
        if (!this.#source) this.open();
      }
    });
    addEventListener("pageshow", (event) => event.persisted && this.open());
    addEventListener("online", () => this.open());
    addEventListener("offline", () => this.#lost(0));
  }

  open() {
    this.#source?.close();
    const where = this.#last ? `after=${encodeURIComponent(this.#last)}` : `since=${this.#since}`;
    const source = new EventSource(`${this.#url}?${where}`, { withCredentials: true });
    const kinds = new Set([...this.#names].map((name) => name.split("-")[0]));
    for (const kind of kinds) source.addEventListener(kind, (event) => this.#hear(event.data, event));
    source.onerror = () => this.#lost(GRACE);
    this.#source = source;
    this.#after("silence", SILENCE, () => this.#lost(0));
  }

  #rest() {
    this.#source?.close();
    this.#source = null;
    for (const name of [...this.#timers.keys()]) this.#cancel(name);
  }

  #hear(name, event) {
    this.#contact = Date.now();
    this.#last = event.lastEventId || this.#last;
    this.#tries = 0;
    this.#cancel("down");
    this.#cancel("retry");
    this.#after("silence", SILENCE, () => this.#lost(0));
    if (this.#isDown) {
      this.#isDown = false;
      this.up();
    }
    if (name !== "here" && isAmong(this.#names, name)) this.heard(name);
  }

  #lost(grace) {
    if (!this.#isDown && !this.#timers.has("down")) {
      this.#after("down", grace, () => {
        this.#isDown = true;
        this.down(this.#contact);
      });
    }
    // The browser comes back by itself after a break, but not after a refusal or on a silent line.
    if (!this.#timers.has("retry")) {
      const pause = Math.min(LONGEST, 2_000 * 2 ** this.#tries) * (1 + Math.random() / 2);
      this.#after("retry", pause, () => {
        this.#tries += 1;
        this.open();
      });
    }
  }

  /** Run once after a while, instead of what this name was waiting for. */
  #after(name, pause, work) {
    this.#cancel(name);
    this.#timers.set(name, setTimeout(() => {
      this.#timers.delete(name);
      work();
    }, pause));
  }

  #cancel(name) {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}
