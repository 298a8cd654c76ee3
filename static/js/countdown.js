// <launch-countdown opens now>: counts down by the server's clock, and reloads the page when the moment has come.
customElements.define("launch-countdown", class extends HTMLElement {
  connectedCallback() {
    const opens = Number(this.getAttribute("opens")) * 1000;
    const ahead = Number(this.getAttribute("now")) * 1000 - Date.now();
    const face = this.querySelector(".countdown");
    const voice = this.querySelector("[role=status]");
    const inDays = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "day", unitDisplay: "long" });
    const said = new Set();
    const say = (key, words) => { if (!said.has(key)) { said.add(key); voice.textContent = words; } };
    const tick = () => {
      const left = Math.max(0, Math.round((opens - Date.now() - ahead) / 1000));
      if (left === 0) {
        clearInterval(this.timer);
        say("open", this.dataset.open);
        // Spread over three seconds, so that everybody who waits does not ask in the same instant.
        setTimeout(() => location.reload(), 1000 + Math.random() * 3000);
      }
      const two = (n) => String(n).padStart(2, "0");
      const days = Math.floor(left / 86400);
      face.textContent = `${days ? `${inDays.format(days)} ` : ""}${two(Math.floor(left / 3600) % 24)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
      if (left <= 600 && left > 540) say("ten", this.dataset.ten);
      if (left <= 60 && left > 0) say("one", this.dataset.one);
    };
    tick();
    this.timer = setInterval(tick, 1000);
  }
  disconnectedCallback() { clearInterval(this.timer); }
});
