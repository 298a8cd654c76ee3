// What takes time says so: the part that waits is aria-busy, its button says that it waits and is pressed once. What did not come
// is said in a sentence where the client looks, and everything he typed stays in its place.
const words = document.getElementById("voice")?.dataset ?? {};
const SLOW = 300; // ms after which a button says that it waits: what is quick does not blink
const PATIENCE = 15_000; // ms after which an answer is no longer waited for

// After the next picture, so that a press is seen before its question is put. A page that is not looked at has no pictures.
const pictured = () => new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); setTimeout(done, 100); });

// An answer of our own server: { ok, status, url, text }, or null when it did not come (no connection, too slow, a fault of its own).
export async function answerOf(address, { signal, ...asked } = {}) {
  const end = new AbortController();
  signal?.addEventListener("abort", () => end.abort());
  const patience = setTimeout(() => end.abort(), PATIENCE);
  try {
    await pictured();
    const answer = await fetch(address, { ...asked, headers: { "X-Requested-With": "fetch" }, signal: end.signal });
    if (answer.status >= 500 || answer.status === 429) return null;
    return { ok: answer.ok, status: answer.status, url: answer.url, text: await answer.text() };
  } catch {
    return null;
  } finally {
    clearTimeout(patience);
  }
}

export const isBusy = (place) => place.getAttribute("aria-busy") === "true";

// Begin to wait; the function that is answered ends it.
export function wait(place, button) {
  place.setAttribute("aria-busy", "true");
  button?.setAttribute("aria-disabled", "true");
  let label = null;
  const slow = setTimeout(() => {
    if (!button || !words.wait) return;
    label = [...button.childNodes];
    button.replaceChildren(words.wait);
  }, SLOW);
  return () => {
    clearTimeout(slow);
    place.removeAttribute("aria-busy");
    button?.removeAttribute("aria-disabled");
    if (label) button.replaceChildren(...label);
  };
}

// Say what did not come, beside what was pressed. `why` names a sentence of #voice, or is one; without it the one that fits.
export function sayFailed(near, why = navigator.onLine ? "failed" : "offline") {
  hush();
  const note = document.createElement("p");
  note.className = "note note-error";
  note.dataset.unanswered = "";
  note.setAttribute("role", "alert");
  note.textContent = words[why] ?? why;
  const spot = near.closest(".act, .choices, .pages, .field, p, form");
  if (spot) spot.after(note);
  else near.prepend(note);
  note.scrollIntoView({ block: "nearest" });
}

export function hush() {
  for (const note of document.querySelectorAll("[data-unanswered]")) note.remove();
}

export { PATIENCE };
