// Who is about to press a button presses what they saw: the part that it stands in waits meanwhile.
const AIM = 5_000; // so long after its last move the pointer is only where it was left
export const AGAIN = 500;

let moved = 0;
for (const name of ["pointermove", "pointerdown"]) {
  document.addEventListener(name, () => { moved = Date.now(); }, { passive: true });
}

export const isAimedAt = (part) => Date.now() - moved < AIM && part.querySelector("button[type=submit]:hover") !== null;
