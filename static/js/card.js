// <message-card>: the card's preview follows the typing; without script the button "Show the card" does the same.
import { languageOf } from "./tongue.js";

customElements.define("message-card", class extends HTMLElement {
  connectedCallback() {
    const preview = this.querySelector(".card-preview");
    const field = this.querySelector("textarea");
    this.querySelector("[data-by-hand]").hidden = true;
    const follow = () => {
      preview.textContent = field.value;
      preview.lang = field.lang = languageOf(field.value);
    };
    field.addEventListener("input", follow);
    // Somebody may have written before this script arrived.
    if (field.value !== field.defaultValue) follow();
  }
});
