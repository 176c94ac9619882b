// What every page loads: countdowns, keys, the browser's zone, refusals that can be dismissed.
import { startTicking } from "./ticker.js";
import { tellEarly } from "./early.js";
import { startKeys } from "./keys.js";

startTicking();
startKeys();
tellEarly();

// The server names times in the reader's zone; where nobody is signed in it learns the zone from here.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`zone=${zone}`)) {
  document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest("[data-refusal]")?.remove();
});
