// <message-card>: the card follows the typing as the printer will set it; without script the button "Show the card" does the same.
import { languageOf } from "./tongue.js";

customElements.define("message-card", class extends HTMLElement {
  connectedCallback() {
    this.preview = this.querySelector(".card-preview");
    this.form = this.querySelector("form");
    this.querySelector("[data-by-hand]").hidden = true;
    this.form.addEventListener("input", (event) => {
      if (!["card", "face", "sender"].includes(event.target.name)) return;
      if (event.target.name !== "face") event.target.lang = languageOf(event.target.value);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.draw(), 250);
    });
  }

  async draw() {
    const typed = new FormData(this.form);
    const query = new URLSearchParams(["card", "face", "sender"].map((name) => [name, typed.get(name) ?? ""]));
    const address = `${this.preview.dataset.address}?${query}`;
    this.asked = address;
    if (!typed.get("card").trim() && !typed.get("sender").trim()) return this.show("", "");
    const answer = await fetch(address).catch(() => null);
    if (!answer || this.asked !== address) return;
    const text = answer.ok ? "" : await answer.text();
    if (this.asked === address) this.show(answer.ok ? address : "", text, `${typed.get("card")} ${typed.get("sender")}`);
  }

  show(address, said, words) {
    const shown = document.createElement(address ? "img" : "p");
    if (address) Object.assign(shown, { src: address, alt: words, lang: languageOf(words), width: 105, height: 74 });
    else Object.assign(shown, { className: said ? "error" : "muted", textContent: said });
    this.preview.replaceChildren(shown);
  }
});
