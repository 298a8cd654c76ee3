// <live-page>: its links and GET forms that lead to this same page replace the page's parts ([data-part]) without a reload.
// The answer is the whole page from the same address, so without script everything works by loading it.
import { parsed } from "./parse.js";
import { answerOf, hush, sayFailed, wait } from "./waiting.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");

customElements.define("live-page", class extends HTMLElement {
  connectedCallback() {
    this.shown = location.pathname + location.search;
    this.voice = document.getElementById("voice");
    this.addEventListener("click", (event) => this.click(event));
    this.addEventListener("change", (event) => this.change(event));
    this.addEventListener("submit", (event) => this.submit(event));
    this.back = () => { if (location.pathname + location.search !== this.shown) this.show(location.href, { push: false, near: this }); };
    addEventListener("popstate", this.back);
  }
  disconnectedCallback() { removeEventListener("popstate", this.back); }

  click(event) {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const there = new URL(link.href);
    if (there.origin !== location.origin || there.pathname !== location.pathname || there.search === location.search) return;
    event.preventDefault();
    this.show(link.href, { near: link, moves: true, to: link.rel === "next" || link.rel === "prev" ? "[data-top]" : null });
  }

  change(event) {
    const form = event.target.form;
    if (form?.matches("form[data-live]")) this.send(form, null, event.target);
  }

  submit(event) {
    if (!event.target.matches("form[data-live]")) return;
    event.preventDefault();
    this.send(event.target, event.submitter, event.submitter ?? event.target);
  }

  send(form, button, near) {
    const query = new URLSearchParams();
    // A button's value (a named day) stands in place of what its field holds; empty fields need no place in the address.
    for (const [name, value] of new FormData(form)) if (value && name !== button?.name) query.append(name, value);
    if (button?.name) query.append(button.name, button.value);
    this.show(`${location.pathname}${query.size ? `?${query}` : "?"}`, { near, button });
  }

  // `near`: what was pressed or changed, beside which a failure is said.
  async show(address, { near, button = null, push = true, moves = false, to = null }) {
    this.asking?.abort();
    const { signal } = this.asking = new AbortController();
    hush();
    this.ended?.();
    const end = this.ended = wait(this, button);
    const answer = await answerOf(address, { signal });
    if (signal.aborted) return; // another question has taken its place, and waits itself
    end();
    if (!answer) { sayFailed(near); return; }
    if (!answer.ok) { location.assign(address); return; }
    const fresh = parsed(answer.text);
    if (push) history.pushState(null, "", address);
    this.shown = location.pathname + location.search;
    document.title = fresh.title;
    const swap = () => this.swap(fresh, to);
    if (moves && document.startViewTransition && !calm.matches) {
      const crossing = document.startViewTransition(swap);
      crossing.ready.catch(() => {}); // given up when the client is already elsewhere
    } else swap();
  }

  swap(fresh, to) {
    const held = this.contains(document.activeElement) ? document.activeElement : null;
    for (const part of this.querySelectorAll("[data-part]")) {
      const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
      if (other) part.replaceWith(document.adoptNode(other));
    }
    const again = to ? this.querySelector(to) : held && !held.isConnected ? this.twin(held) : null;
    again?.focus({ preventScroll: !to });
    const words = this.querySelector("[data-say]")?.textContent.trim();
    if (words && this.voice) this.voice.textContent = words;
  }

  // The element in the fresh part that stands where the focused one stood.
  twin(old) {
    const id = old.id && document.getElementById(old.id);
    if (id) return id;
    if (old.name) return [...this.querySelectorAll(`[name="${CSS.escape(old.name)}"]`)].find((other) => other.value === old.value);
    const words = old.textContent.trim();
    return [...this.querySelectorAll(old.localName)].find((other) => other.textContent.trim() === words) ?? null;
  }
});
