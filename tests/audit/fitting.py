"""Whether a page still fits: nothing to scroll sideways, no word cut off, however narrow the screen or large the text."""

#: WCAG 1.4.12: what a reader may set for himself.
SPACING = """
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-bottom: 2em !important; }
"""

# A word is cut when it reaches beyond a box that hides what overflows. Boxes that can be scrolled hide nothing, and a box
# of a pixel, or one that is clipped away whole, is how words for the ear alone are written.
_CUT = """() => {
  const found = new Set();
  const front = document.querySelector("dialog:is([open], :popover-open)") ?? document.body;
  const walker = document.createTreeWalker(front, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    if (!text.data.trim() || !text.parentElement.checkVisibility({ visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const words = range.getBoundingClientRect();
    for (let box = text.parentElement; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box), place = box.getBoundingClientRect();
      if (place.width <= 1 || place.height <= 1 || style.clipPath !== "none") break;
      const hides = (way) => way === "hidden" || way === "clip";
      if (hides(style.overflowX) && (words.right > place.right + 1 || words.left < place.left - 1)
        || hides(style.overflowY) && (words.bottom > place.bottom + 1 || words.top < place.top - 1)) {
        found.add(`${text.data.trim().slice(0, 40)} is cut by <${box.localName} class="${box.className}">`);
        break;
      }
      if (style.overflowX !== "visible" || style.overflowY !== "visible" || style.position === "fixed") break;
    }
  }
  return [...found];
}"""
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_WIDEST = """() => {
  const edge = document.documentElement.clientWidth;
  const beyond = [...document.querySelectorAll("body *")].filter((node) => node.getBoundingClientRect().right > edge + 1);
  return beyond.slice(-1).map((node) => node.outerHTML.slice(0, 120)).join("");
}"""


def faults(page) -> list[str]:
    """What does not fit, in one line each."""
    found = page.evaluate(_CUT)
    if (sideways := page.evaluate(_SIDEWAYS)) > 0:
        found.append(f"{sideways} px wider than the screen: {page.evaluate(_WIDEST)}")
    return found


def restyle(page, rules: str) -> None:
    """Lay a reader's own rules over a page: the house's policy lets no style sheet in, and a reader's browser asks no policy."""
    page.evaluate(
        """(rules) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(rules);
          document.adoptedStyleSheets = rules ? [sheet] : [];
        }""",
        rules,
    )


def double_the_text(page) -> None:
    """WCAG 1.4.4: text at twice its size, by the browser's own setting, which the widths in the style sheets follow too."""
    session = page.context.new_cdp_session(page)
    session.send("Page.enable")
    session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
