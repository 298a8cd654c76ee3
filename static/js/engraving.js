// <engraving-panel>: the proof follows the typing. The server draws and judges, the same page answers, and its live parts are
// put in place of ours; without script the button "Show the proof" does the same.
import { parsed } from "./parse.js";
import { languageOf } from "./tongue.js";
import { answerOf, hush, sayFailed, wait } from "./waiting.js";

customElements.define("engraving-panel", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.stage = this.querySelector(".engrave-stage");
    this.pending = null;
    this.querySelector("[data-by-hand]").hidden = true;
    this.form.addEventListener("input", (event) => {
      if (event.target.name !== "inscription" && event.target.name !== "face") return;
      // A changed text has not been checked yet.
      for (const box of this.form.querySelectorAll("[type=checkbox]")) box.checked = false;
      clearTimeout(this.timer);
      const mine = this.pending = new Promise((done) => { this.timer = setTimeout(() => this.draw().then(done, done), 90); });
      mine.then(() => { if (this.pending === mine) this.pending = null; });
    });
    // Whoever keeps faster than the proof arrives waits for it: what is kept is what was shown.
    this.form.addEventListener("submit", (event) => {
      if (!this.pending || !event.submitter) return;
      event.preventDefault();
      const button = event.submitter;
      this.pending.then(() => setTimeout(() => { if (button.isConnected) this.form.requestSubmit(button); }));
    });
  }

  async draw() {
    const query = new URLSearchParams(new FormData(this.form));
    for (const name of ["csrfmiddlewaretoken", "spelling", "final_sale", "proof"]) query.delete(name);
    const address = `${location.pathname}?${query}`;
    this.asked = address;
    const end = wait(this.stage);
    const answer = await answerOf(address);
    if (this.asked !== address) return;
    end();
    hush();
    if (!answer?.ok) { sayFailed(this.form.inscription); return; }
    const fresh = parsed(answer.text);
    for (const part of this.querySelectorAll("[data-live]")) {
      const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
      if (other && other.innerHTML !== part.innerHTML) part.replaceChildren(...other.childNodes);
    }
    this.form.inscription.lang = languageOf(this.form.inscription.value);
    this.form.inscription.setAttribute("aria-invalid", String(Boolean(this.querySelector("#fit .error"))));
  }
});
