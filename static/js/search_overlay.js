// <search-overlay>: the header's Search link opens a dialog; where the page has a search field of its own, it leads there.
customElements.define("search-overlay", class extends HTMLElement {
  connectedCallback() {
    const dialog = this.querySelector("dialog");
    for (const link of document.querySelectorAll("[data-opens=search]")) {
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        const here = document.querySelector("main search-box input");
        if (!here) dialog.showModal();
        (here ?? dialog.querySelector("input")).focus();
      });
    }
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    addEventListener("pagehide", () => dialog.close());
  }
});
