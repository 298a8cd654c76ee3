// The true size of a proof on this very screen: a browser's millimetre is none, so a bank card says how wide one is. Remembered by
// the device. Without it the proof is as large as the browser takes a millimetre to be.
const CARD_MM = 53.98; // the short side of a card (ISO/IEC 7810, ID-1)
const KEY = "px-a-mm";
const OF_CSS = 96 / 25.4;
const LIKELY = [2, 12];

function remembered() {
  try {
    const found = Number(localStorage.getItem(KEY));
    return found > LIKELY[0] && found < LIKELY[1] ? found : 0;
  } catch { return 0; } // a browser that keeps nothing
}

export function measure(panel) {
  const box = panel.querySelector("[data-calibrate]");
  const slider = box?.querySelector("input");
  const card = box?.querySelector(".card-edge");
  const place = panel.querySelector(".true-size [data-live]");
  if (!slider || !place) return;
  let scale = remembered();
  const size = () => {
    const drawn = place.querySelector("[data-mm]");
    if (!drawn || !scale) return;
    const [width, height] = drawn.dataset.mm.split(" ").map((mm) => (Number(mm) * scale).toFixed(2));
    if (drawn.getAttribute("width") === width) return;
    drawn.setAttribute("width", width);
    drawn.setAttribute("height", height);
    drawn.style.width = `${width}px`;
    drawn.style.height = `${height}px`;
  };
  const show = () => { card.style.width = `${slider.value}px`; slider.setAttribute("aria-valuetext", `${(slider.value / CARD_MM * 25.4).toFixed(0)} px / in`); };
  slider.value = String(Math.round((scale || OF_CSS) * CARD_MM));
  show();
  slider.addEventListener("input", () => {
    scale = slider.value / CARD_MM;
    show();
    size();
    try { localStorage.setItem(KEY, String(scale)); } catch { /* not remembered, but measured */ }
  });
  new MutationObserver(size).observe(place, { childList: true });
  size();
  box.hidden = false;
}
