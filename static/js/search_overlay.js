// <search-overlay>: the header's Search link opens it; where the page has a search field of its own, it leads there.
// A popover lies above everything and closes by Escape; the keyboard is kept inside here, and led back to the link.
customElements.define("search-overlay", class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    for (const link of document.querySelectorAll("[data-opens=search]")) {
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        const here = document.querySelector("main search-box input");
        if (here) { here.focus(); return; }
        this.link = link;
        this.open();
      });
    }
    // Whatever is not the panel itself lies beside it.
    this.dialog.addEventListener("click", (event) => { if (event.target === this.dialog || event.target.closest("[data-close]")) this.close(); });
    this.dialog.addEventListener("keydown", (event) => { if (event.key === "Tab") this.stay(event); });
    this.dialog.addEventListener("toggle", (event) => { if (event.newState === "closed" && document.activeElement === document.body) this.link?.focus(); });
    addEventListener("pagehide", () => this.close());
  }

  open() {
    if (this.dialog.showPopover) this.dialog.showPopover();
    else this.dialog.showModal();
    this.dialog.querySelector("input").focus();
  }

  close() {
    if (this.dialog.showPopover) this.dialog.hidePopover();
    else this.dialog.close();
  }

  // From the last of its stops to the first, and back.
  stay(event) {
    const stops = [...this.dialog.querySelectorAll("a[href], button, input")].filter((one) => one.tabIndex >= 0 && one.offsetParent);
    const [leaves, enters] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
    if (document.activeElement !== leaves) return;
    event.preventDefault();
    enters.focus();
  }
});
