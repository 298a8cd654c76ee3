// The header gives way when the page is read downwards and comes back upwards; its menu closes by Escape and from outside.
const header = document.querySelector(".header");
const menu = header?.querySelector("details.menu");
let last = scrollY;

addEventListener("scroll", () => {
  const at = Math.max(0, scrollY);
  document.body.classList.toggle("read", at > 40);
  if (Math.abs(at - last) < 8) return;
  header.classList.toggle("away", at > last && at > 160 && !menu?.open && !header.contains(document.activeElement));
  last = at;
}, { passive: true });
header?.addEventListener("focusin", () => header.classList.remove("away"));

menu?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => { if (menu?.open && !menu.contains(event.target)) menu.open = false; });
menu?.addEventListener("focusout", (event) => { if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false; });
