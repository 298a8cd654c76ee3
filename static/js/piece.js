// <piece-gallery>: buttons beside the swipe. <piece-bar>: price and button stay in reach once the button has left the view.
customElements.define("piece-gallery", class extends HTMLElement {
  connectedCallback() {
    this.row = this.querySelector(".gallery");
    // A row that does not scroll is no stop for the keyboard.
    this.fits = new ResizeObserver(() => { this.row.tabIndex = this.row.scrollWidth > this.row.clientWidth ? 0 : -1; });
    this.fits.observe(this.row);
    const buttons = this.querySelector(".gallery-buttons");
    this.pictures = [...this.row.querySelectorAll("picture")];
    if (this.pictures.length < 2) return;
    buttons.hidden = false;
    this.where = buttons.querySelector("[data-where]");
    for (const button of buttons.querySelectorAll("button")) {
      button.addEventListener("click", () => this.go(this.at + Number(button.value)));
    }
    this.watch = new IntersectionObserver((seen) => {
      for (const one of seen) if (one.isIntersecting) this.say(this.pictures.indexOf(one.target));
    }, { root: this.row, threshold: .6 });
    for (const picture of this.pictures) this.watch.observe(picture);
    this.say(0);
  }
  disconnectedCallback() { this.watch?.disconnect(); this.fits.disconnect(); }
  say(at) { this.at = at; this.where.textContent = `${at + 1} / ${this.pictures.length}`; }
  go(to) {
    const at = (to + this.pictures.length) % this.pictures.length;
    this.pictures[at].scrollIntoView({ inline: "center", block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    this.say(at);
  }
});

customElements.define("piece-bar", class extends HTMLElement {
  connectedCallback() {
    const button = document.querySelector("[data-act]");
    if (!button) return;
    // Everything below the top of the window counts as seen, so that a jump past the button is noticed too.
    this.watch = new IntersectionObserver(([seen]) => { this.hidden = seen.isIntersecting; }, { rootMargin: "0px 0px 100000px 0px" });
    this.watch.observe(button);
  }
  disconnectedCallback() { this.watch?.disconnect(); }
});
