// <china-places data-url>: turns city and district into choices that follow the province. Without script they are plain fields.
customElements.define("china-places", class extends HTMLElement {
  async connectedCallback() {
    this.province = this.querySelector("select#subdivision");
    const city = this.querySelector("input#city");
    const district = this.querySelector("input#district");
    if (!this.province || !district) return;
    const answer = await fetch(this.dataset.url).catch(() => null);
    if (!answer || !answer.ok) return;
    this.places = await answer.json();
    this.city = this.choice(city);
    this.district = this.choice(district);
    this.province.addEventListener("change", () => { this.fill(this.city, Object.keys(this.places[this.province.value] ?? {})); this.fillDistricts(); });
    this.city.addEventListener("change", () => this.fillDistricts());
    this.fill(this.city, Object.keys(this.places[this.province.value] ?? {}), city.value);
    this.fillDistricts(district.value);
  }
  choice(input) {
    const select = document.createElement("select");
    for (const name of ["id", "name", "autocomplete", "aria-invalid", "aria-describedby"]) {
      if (input.hasAttribute(name)) select.setAttribute(name, input.getAttribute(name));
    }
    input.replaceWith(select);
    return select;
  }
  fill(select, names, chosen) {
    const first = new Option(this.province.options[0].textContent, "");
    select.replaceChildren(...(names.length === 1 ? [] : [first]), ...names.map((name) => new Option(name, name, false, name === chosen)));
  }
  fillDistricts(chosen) {
    this.fill(this.district, this.places[this.province.value]?.[this.city.value] ?? [], chosen);
  }
});
