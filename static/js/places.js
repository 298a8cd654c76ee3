// <china-places data-url>: cities follow the province, districts the city. Without script a button asks the server for them.
customElements.define("china-places", class extends HTMLElement {
  async connectedCallback() {
    [this.province, this.city, this.district] = ["subdivision", "city", "district"].map((name) => this.querySelector(`select#${name}`));
    if (!this.province || !this.city || !this.district) return;
    const answer = await fetch(this.dataset.url).catch(() => null);
    if (!answer?.ok) return;
    this.places = await answer.json();
    this.firsts = new Map([this.city, this.district].map((select) => [select, select.options[0]])); // "Please choose"
    this.querySelector("[data-by-hand]").hidden = true;
    this.province.addEventListener("change", () => { this.fill(this.city, Object.keys(this.cities())); this.fill(this.district, this.districts()); });
    this.city.addEventListener("change", () => this.fill(this.district, this.districts()));
    this.fill(this.city, Object.keys(this.cities()), this.city.value);
    this.fill(this.district, this.districts(), this.district.value);
  }
  cities() { return this.places[this.province.value] ?? {}; }
  districts() { return this.cities()[this.city.value] ?? []; }
  fill(select, names, chosen) {
    const only = names.length === 1;
    select.replaceChildren(...(only ? [] : [this.firsts.get(select)]), ...names.map((name) => new Option(name, name, only, only || name === chosen)));
  }
});
