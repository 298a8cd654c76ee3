// <engraving-panel>: the proof follows the typing. The browser draws at once from the same outlines (drawing.js); the server judges,
// its page answers, and its live parts are put in place of ours. Without script the button "Show the proof" does the same.
import { parsed } from "./parse.js";
import { languageOf } from "./tongue.js";
import { answerOf, hush, sayFailed, wait } from "./waiting.js";

// What a tick is set beside: once one of these changed, nothing has been checked yet.
const CHECKED = ["inscription", "face", "zone"];
const NOT_ASKED = ["csrfmiddlewaretoken", "spelling", "final_sale", "proof", "placed"];

customElements.define("engraving-panel", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.stage = this.querySelector(".engrave-stage");
    this.field = this.form.inscription;
    this.pending = null;
    this.isShown = true;
    for (const part of this.querySelectorAll("[data-by-hand]")) part.hidden = true;
    this.form.addEventListener("input", (event) => this.changed(event.target.name));
    this.form.addEventListener("click", (event) => this.press(event));
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.helped();
    // Somebody may have written, or chosen, before this script arrived.
    const chosen = [...this.form.querySelectorAll("[type=radio]")].some((one) => one.checked !== one.defaultChecked);
    if (chosen || this.field.value !== this.field.defaultValue) this.follow();
  }

  // The drawing in the browser and the true size are a help that may come later, or not at all.
  async helped() {
    const [drawing, measure] = await Promise.allSettled([import("./drawing.js"), import("./measure.js")]);
    measure.value?.measure(this);
    if (!drawing.value) return;
    this.drawing = drawing.value.drawingOf(this);
    if (!this.isShown) this.drawing.draw();
  }

  changed(name) {
    if (!CHECKED.includes(name) && name !== "day") return;
    if (name !== "day") for (const box of this.form.querySelectorAll("[name=spelling], [name=final_sale]")) box.checked = false;
    this.follow();
  }

  // Signs and dates go where the caret is; a repair puts its text and typeface in place of ours, by this press alone.
  press(event) {
    const button = event.target.closest("button[name=add], button[name=use]");
    if (!button) return;
    event.preventDefault();
    if (button.name === "add") {
      const { selectionStart: start, selectionEnd: end } = this.field;
      this.field.setRangeText(button.value, start, end, "end");
    } else {
      const at = button.value.indexOf("|");
      this.field.value = button.value.slice(at + 1);
      const face = this.form.querySelector(`[name=face][value="${button.value.slice(0, at)}"]`);
      if (face) face.checked = true;
      this.field.focus();
    }
    this.changed("inscription");
  }

  submit(event) {
    if (event.submitter?.value === "show") { event.preventDefault(); this.follow(); return; }
    // Whoever keeps faster than the proof arrives waits for it: what is kept is what was shown.
    if (!this.pending || !event.submitter) return;
    event.preventDefault();
    const button = event.submitter;
    this.pending.then(() => setTimeout(() => { if (button.isConnected) this.form.requestSubmit(button); }));
  }

  follow() {
    clearTimeout(this.timer);
    this.asked = null;
    this.isShown = false;
    this.drawing?.draw();
    const mine = this.pending = new Promise((done) => { this.timer = setTimeout(() => this.ask().then(done, done), 90); });
    mine.then(() => { if (this.pending === mine) this.pending = null; });
  }

  async ask() {
    const query = new URLSearchParams(new FormData(this.form));
    for (const name of NOT_ASKED) query.delete(name);
    const address = `${location.pathname}?${query}`;
    this.asked = address;
    const end = wait(this.stage);
    const answer = await answerOf(address);
    if (this.asked !== address) return;
    end();
    hush();
    if (!answer?.ok) { sayFailed(this.field); return; }
    this.show(parsed(answer.text));
  }

  show(fresh) {
    this.isShown = true;
    for (const part of this.querySelectorAll("[data-live]")) {
      const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
      if (!other || (part.dataset.key !== undefined && part.dataset.key === other.dataset.key)) continue;
      if (other.dataset.key !== undefined) part.dataset.key = other.dataset.key;
      if (part.dataset.draft === undefined && other.innerHTML === part.innerHTML) continue;
      const held = part.contains(document.activeElement) ? document.activeElement : null;
      if (part.dataset.draft === undefined) part.replaceChildren(...other.childNodes);
      else this.replaceDrawing(part, other);
      if (held) this.form.querySelector(`[name="${held.name}"][value="${CSS.escape(held.value)}"]`)?.focus();
    }
    this.field.lang = languageOf(this.field.value);
    this.field.rows = fresh.querySelector("#inscription")?.rows ?? this.field.rows;
    this.field.setAttribute("aria-invalid", String(Boolean(this.querySelector("#fit .error"))));
    this.drawing?.placed();
  }

  // The draft stays until the proof that replaces it is there to be seen: nothing blinks.
  replaceDrawing(part, other) {
    const proof = other.querySelector("img");
    const mine = part.querySelector("img");
    part.turn = null;
    if (!proof) { part.replaceChildren(); return; }
    if (mine?.getAttribute("src") === proof.getAttribute("src")) { part.replaceChildren(mine); return; }
    const image = document.adoptNode(proof);
    image.loading = "eager";
    part.turn = image;
    const put = () => { if (part.turn === image) part.replaceChildren(image); };
    if (part.querySelector("svg")) image.decode().then(put, put);
    else put();
  }
});
