// What was typed and chosen before the scripts were there is told to them as if it happened now.
import { isOther } from "./fields.js";

const WRITTEN = "textarea, input:not([type=radio], [type=checkbox], [type=file])";

function tell() {
  for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!isOther(field)) continue;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    // Words are done when their writer leaves them.
    if (!field.matches(WRITTEN) || field !== document.activeElement) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** Once every script that the page brings listens; they all come before this event. */
export function tellEarly() {
  document.addEventListener("DOMContentLoaded", tell, { once: true });
}
