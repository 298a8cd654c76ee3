// What follows from a choice in the checkout (the day, the tax, the total, when the card is charged) is asked of the server at once.
// The answer is the whole page from the same address; without script a button asks for it. Nothing typed is replaced.
import { parsed } from "./parse.js";
import { answerOf, hush, sayFailed, wait } from "./waiting.js";

const DECIDES = new Set(["delivery", "country", "subdivision", "gift_country"]);
const form = document.querySelector("form.checkout");
const voice = document.getElementById("voice");
let asking = null;

form.querySelector("[data-recalculate]").hidden = true; // needs no press any more

form.addEventListener("change", (event) => { if (DECIDES.has(event.target.name)) ask(event.target); });
form.addEventListener("submit", () => asking?.abort()); // what is sent brings its own answer

async function ask(near) {
  asking?.abort();
  const { signal } = asking = new AbortController();
  hush();
  const end = wait(form.querySelector('[data-part="days"]'));
  const body = new FormData(form);
  body.set("act", "update");
  const answer = await answerOf(form.action, { method: "POST", body, signal });
  end();
  if (signal.aborted) return;
  if (!answer?.ok) { sayFailed(near); return; }
  const fresh = parsed(answer.text);
  if (!fresh.querySelector('[data-part="review"]')) { location.assign(answer.url); return; } // the bag is empty, or ordered elsewhere
  for (const part of form.querySelectorAll("[data-part]")) swap(part, fresh.querySelector(`[data-part="${part.dataset.part}"]`));
  for (const hint of form.querySelectorAll(".hint[id]")) hint.textContent = fresh.getElementById(hint.id)?.textContent ?? hint.textContent;
  if (voice) voice.textContent = [...form.querySelectorAll('[data-part="days"] p')].filter((said) => said.checkVisibility()).map((said) => said.textContent.trim()).join(" ");
}

// What was ticked while the answer was on its way stays ticked, and what has the focus keeps it.
function swap(part, other) {
  if (!other) return;
  const twin = (old) => [...other.querySelectorAll(`[name="${CSS.escape(old.name)}"]`)].find((each) => each.value === old.value);
  for (const old of part.querySelectorAll("input:is([type=radio], [type=checkbox])")) {
    const its = twin(old);
    if (its) its.checked = old.checked;
  }
  const held = part.contains(document.activeElement) ? twin(document.activeElement) : null;
  part.replaceWith(document.adoptNode(other));
  held?.focus({ preventScroll: true });
}
