// <search-box>: suggestions while one types, as a combobox with a listbox. Without script the form simply asks.
import { parsed } from "./parse.js";

customElements.define("search-box", class extends HTMLElement {
  connectedCallback() {
    [this.field, this.list, this.voice] = ["input", "[role=listbox]", "[role=status]"].map((part) => this.querySelector(part));
    this.field.setAttribute("role", "combobox");
    for (const name of ["input", "compositionend", "keydown", "blur"]) this.field.addEventListener(name, this);
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    this.options = [];
    this.show(false);
  }

  handleEvent(event) {
    if (event.isComposing) return; // letters of an input method are no words yet
    if (event.type === "keydown") return this.key(event);
    clearTimeout(this.timer);
    this.asking?.abort();
    if (event.type === "blur") this.show(false);
    else this.timer = setTimeout(() => this.ask(), 120);
  }

  async ask() {
    const { signal } = this.asking = new AbortController();
    const address = `${this.dataset.suggest}?${new URLSearchParams({ q: this.field.value })}`;
    const text = await fetch(address, { signal }).then((answer) => (answer.ok ? answer.text() : "")).catch(() => "");
    if (signal.aborted) return;
    const fresh = parsed(text).body;
    this.voice.textContent = fresh.firstElementChild?.dataset.said ?? "";
    this.list.replaceChildren(...fresh.childNodes);
    this.options = [...this.list.querySelectorAll("[role=option]")];
    this.options.forEach((option, n) => { option.id = `${this.list.id}-${n}`; });
    this.show(this.options.length > 0);
  }

  show(open, at = -1) {
    this.at = at;
    this.list.hidden = !open;
    this.field.setAttribute("aria-expanded", open);
    this.field.setAttribute("aria-activedescendant", this.options[at]?.id ?? "");
    this.options.forEach((option, n) => option.setAttribute("aria-selected", n === at));
    this.options[at]?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    const places = this.options.length + 1; // one of them is the field itself
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && places > 1) this.show(true, (this.at + step + 1 + places) % places - 1);
    else if (event.key === "Escape" && !this.list.hidden) this.show(false);
    else if (event.key === "Enter" && this.at >= 0) this.options[this.at].click();
    else return;
    event.preventDefault();
  }
});
