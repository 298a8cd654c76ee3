// <engraving-panel preview>: the proof follows the typing; the server draws every outline, the browser only shows it.
customElements.define("engraving-panel", class extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.onPiece = this.querySelector("img.on-piece");
    this.alone = this.querySelector("img.alone");
    this.fit = this.querySelector("#fit");
    this.letters = this.querySelector(".letters");
    this.form.addEventListener("input", (event) => {
      if (event.target.name !== "inscription" && event.target.name !== "face") return;
      // A changed text has not been checked yet.
      for (const box of this.form.querySelectorAll("[type=checkbox]")) box.checked = false;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.draw(), 90);
    });
  }
  async draw() {
    const query = new URLSearchParams({ face: this.form.face.value, inscription: this.form.inscription.value });
    const address = `${this.getAttribute("preview")}?${query}`;
    this.asked = address;
    const answer = await fetch(address).catch(() => null);
    if (!answer || this.asked !== address) return;
    if (!answer.ok) {
      const words = document.createElement("span");
      words.className = "error";
      words.textContent = await answer.text();
      this.fit.replaceChildren(words);
      this.form.inscription.setAttribute("aria-invalid", "true");
      return;
    }
    this.form.inscription.removeAttribute("aria-invalid");
    this.fit.textContent = `${answer.headers.get("X-Fit")} % · ${answer.headers.get("X-Em")} mm`;
    for (const [image, url] of [[this.onPiece, address], [this.alone, `${address}&alone`]]) {
      image.src = url;
      image.hidden = false;
    }
    this.alone.alt = this.form.inscription.value;
    if (this.letters) {
      this.letters.replaceChildren(...[...this.form.inscription.value.normalize("NFC")].filter((c) => c.trim()).map((c) => {
        const item = document.createElement("li");
        item.textContent = c;
        return item;
      }));
    }
  }
});
