// <message-card>: the card follows the typing as the printer will set it; without script the button "Show the card" does the same.
import { languageOf } from "./tongue.js";
import { answerOf, hush, sayFailed, wait } from "./waiting.js";

const FIELDS = ["card", "face", "sender"];

customElements.define("message-card", class extends HTMLElement {
  connectedCallback() {
    this.preview = this.querySelector(".card-preview");
    this.form = this.querySelector("form");
    this.querySelector("[data-by-hand]").hidden = true;
    this.form.addEventListener("input", (event) => {
      if (!FIELDS.includes(event.target.name)) return;
      if (event.target.name !== "face") event.target.lang = languageOf(event.target.value);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.draw(), 250);
    });
    // Somebody may have written before this script arrived.
    if (["card", "sender"].some((name) => this.form[name] && this.form[name].value !== this.form[name].defaultValue)) this.draw();
  }

  async draw() {
    const typed = new FormData(this.form);
    const query = new URLSearchParams(FIELDS.map((name) => [name, typed.get(name) ?? ""]));
    const address = `${this.preview.dataset.address}?${query}`;
    const words = `${typed.get("card")} ${typed.get("sender")}`.trim();
    this.asked = address;
    if (!words) return this.show("", "", "");
    const end = wait(this.preview);
    const answer = await answerOf(address);
    if (this.asked !== address) return;
    end();
    hush();
    if (!answer) { this.show("", "", ""); sayFailed(this.form.card); return; } // what is shown is never an older card
    this.show(answer.ok ? address : "", answer.ok ? "" : answer.text, words);
  }

  show(address, said, words) {
    const shown = document.createElement(address ? "img" : "p");
    if (address) Object.assign(shown, { src: address, alt: words, lang: languageOf(words), width: 105, height: 74 });
    else Object.assign(shown, { className: said ? "error" : "muted", role: "status", textContent: said });
    this.preview.replaceChildren(shown);
  }
});
