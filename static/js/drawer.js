// <bag-drawer>: the bag beside the page. "Add to bag" and the bag's link open it; its forms are answered inside it.
// Everything in it is the bag's own page, from the same address; without script that page is shown.
import { parsed } from "./parse.js";
import { answerOf, hush, isBusy, sayFailed, wait } from "./waiting.js";

customElements.define("bag-drawer", class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.inside = this.querySelector("[data-drawer]");
    this.address = this.getAttribute("bag");
    this.voice = document.getElementById("voice");
    document.addEventListener("submit", (event) => this.submit(event));
    document.addEventListener("click", (event) => this.click(event));
    // Pages kept by the browser for the back button may hold an old bag.
    addEventListener("pageshow", (event) => { if (event.persisted) this.dialog.close(); });
  }

  click(event) {
    if (event.target === this.dialog || event.target.closest("[data-close]")) { this.dialog.close(); return; }
    const link = event.target.closest("a[data-bag]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || location.pathname === this.address) return;
    event.preventDefault();
    if (!isBusy(this)) this.ask(this.address, { place: this });
  }

  submit(event) {
    const form = event.target;
    const adds = form.matches("form[data-adds]") && !event.submitter?.hasAttribute("formaction");
    if (event.defaultPrevented || !(adds || this.inside.contains(form)) || location.pathname === this.address) return;
    event.preventDefault();
    const place = this.inside.contains(form) ? this.inside : form;
    if (!isBusy(place)) this.ask(form.action, { body: new FormData(form, event.submitter), place, button: event.submitter });
  }

  // `place` waits meanwhile; a failure is said beside the button, or in the drawer that was to be opened.
  async ask(address, { body, place, button }) {
    hush();
    const end = wait(place, button);
    const asked = body ? { method: "POST", body } : {};
    let answer = await answerOf(address, asked);
    if (answer?.status === 403 && body && await this.renew(body)) answer = await answerOf(address, asked);
    end();
    const fresh = answer && parsed(answer.text);
    if (!answer?.ok) {
      const why = fresh && this.wordsOf(fresh);
      if (button) { sayFailed(button, why); return; }
      this.inside.replaceChildren();
      if (!this.dialog.open) this.dialog.showModal();
      sayFailed(this.inside, why);
      return;
    }
    const bag = fresh.querySelector('[data-part="bag"]');
    if (!bag) { this.elsewhere(answer.url, fresh); return; }
    const notes = fresh.querySelector("main > .notes");
    this.inside.replaceChildren(...(notes ? [notes] : []), bag);
    this.count(fresh);
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.querySelector("h1")?.focus();
    if (this.voice) this.voice.textContent = [notes, bag.querySelector("[data-say]")].map((part) => part?.textContent.trim() ?? "").join(" ");
  }

  // A page that was open long holds tokens of yesterday: those of the page as it is now take their place.
  async renew(body) {
    const name = "csrfmiddlewaretoken";
    const page = await answerOf(location.href);
    const token = page?.ok && parsed(page.text).querySelector(`[name=${name}]`)?.value;
    if (!token) return false;
    for (const field of document.querySelectorAll(`[name=${name}]`)) field.value = token;
    body.set(name, token);
    return true;
  }

  // What a refusal says for itself; nothing when it is not of the house.
  wordsOf(fresh) {
    const said = ["main .note", "main h1 + p", "main h1"].map((part) => fresh.querySelector(part)).find(Boolean);
    return said?.textContent.trim() || undefined;
  }

  count(fresh) {
    const ours = document.querySelector("a[data-bag]");
    const theirs = fresh.querySelector("a[data-bag]");
    if (ours && theirs) ours.replaceChildren(...theirs.childNodes);
  }

  // A refusal, or the way to sign in: that page, in place of this one, with its words.
  elsewhere(address, fresh) {
    const main = fresh.querySelector("main");
    if (!main) { location.assign(address); return; }
    this.dialog.close();
    document.querySelector("main").replaceWith(document.adoptNode(main));
    document.title = fresh.title;
    if (address !== location.href) {
      history.pushState(null, "", address);
      addEventListener("popstate", () => location.reload(), { once: true });
    }
    const note = document.querySelector("main .notes");
    (note ?? document.querySelector("main")).scrollIntoView({ block: "center" });
    document.querySelector("main").focus({ preventScroll: true });
    if (note && this.voice) this.voice.textContent = note.textContent.trim();
  }
});
