// <city-names data-url>: suggests the cities of China while one is typed. Without script any city can be typed all the same.
customElements.define("city-names", class extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("input");
    field?.addEventListener("focus", async () => {
      const answer = await fetch(this.dataset.url).catch(() => null);
      if (!answer?.ok) return;
      const names = Object.values(await answer.json()).flatMap((cities) => Object.keys(cities)).filter((name) => !name.includes("直辖县级"));
      const list = document.createElement("datalist");
      list.id = "city-names";
      list.lang = "zh-Hans";
      list.append(...names.map((name) => new Option(name, name)));
      this.append(list);
      field.setAttribute("list", list.id);
    }, { once: true });
  }
});
