// Keeps what is typed into an analysis: a moment after the last letter the parts are saved, each on its own.
const form = document.querySelector("[data-autosave]");
const PAUSE = 2000;

if (form) {
  const said = form.querySelector("[data-said]");
  let timer = 0;
  let dirty = false;
  let clashed = new Set();

  const parts = () => {
    const data = new FormData(form);
    // A new action is kept by the button alone: kept twice it would be two.
    for (const name of [...data.keys()]) {
      if (name.startsWith("actions.") || name === "then" || name === "once" || clashed.has(name.split(".")[0])) data.delete(name);
    }
    return data;
  };

  const keep = async () => {
    const sent = parts();
    dirty = false;
    try {
      const answer = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      for (const [name, version] of Object.entries(told.versions)) {
        const knows = form.querySelector(`[name="${name}.knows"]`);
        if (knows && sent.has(`${name}.knows`)) knows.value = version;
      }
      clashed = new Set([...clashed, ...Object.keys(told.clashes)]);
      const wrong = [...Object.values(told.clashes), ...Object.values(told.errors)];
      said.textContent = wrong.length ? wrong.join(" ") : `${form.dataset.kept} ${told.saved}`;
    } catch {
      dirty = true;
      said.textContent = form.dataset.failed;
      timer = setTimeout(keep, PAUSE * 3);
    }
  };

  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    dirty = false;
  });
  addEventListener("beforeunload", (leaving) => {
    if (dirty) leaving.preventDefault();
  });
}
