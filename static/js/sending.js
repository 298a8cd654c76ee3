// Forms that lead to another page, which the browser sends itself: pressed once, and not sent into the void.
import { hush, isBusy, PATIENCE, sayFailed, wait } from "./waiting.js";

let end = null;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (isBusy(form)) { event.preventDefault(); return; }
  hush();
  const near = event.submitter ?? form;
  if (!navigator.onLine) {
    event.preventDefault();
    sayFailed(near, "offline");
    return;
  }
  const done = wait(form, event.submitter);
  const late = setTimeout(() => { done(); sayFailed(near, "late"); }, PATIENCE);
  end = () => { clearTimeout(late); done(); };
});
// A page that the browser kept for the back button waits no longer.
addEventListener("pageshow", (event) => { if (event.persisted) end?.(); });
