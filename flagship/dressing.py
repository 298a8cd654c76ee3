"""What the house's folder brings to every page: its tokens and faces, the faces themselves, its mark, and the one stylesheet.

`front.css` is the storefront's whole dress: our style sheets in their order with the house's tokens between them, so that a
page waits for one file and the next page for none. `house.css` is the house's part alone, for the rooms behind the shop.

Written into one folder by the static files' finder (`flagship.staticfiles.HouseFinder`), so that they are collected, hashed,
compressed and served for years like every other static file, under `house/`.
"""

import re
from html import escape
from pathlib import Path

from django.conf import settings

from services.foundation import palette
from services.foundation.house import Face, House

#: The style sheets of the storefront, in order; the house's own tokens follow the first.
SHEETS = (
    *("tokens", "base", "components", "pages"),
    *("home", "listing", "piece", "panels", "bag", "checkout", "search", "gifts", "account", "order", "boutiques"),
)


def dress(house: House, folder: Path) -> None:
    """Bring a folder to what the house says. A file that is already right keeps its time: collecting looks at it."""
    wanted = {"house.css": stylesheet(house).encode(), "front.css": front(house).encode(), "mark.svg": mark(house).encode()}
    wanted |= {f"{role}.woff2": face.file.read_bytes() for role, face in house.faces.items() if role != "print"}
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in wanted.items():
        file = folder / name
        if not file.exists() or file.read_bytes() != content:
            part = folder / f".{name}.part"
            part.write_bytes(content)
            part.replace(file)
    for file in folder.iterdir():
        if file.name not in wanted:
            file.unlink()


def front(house: House) -> str:
    """Every style sheet of the storefront as one; addresses in them are relative to a neighbour of their folder.

    Where the house has a token of its own, the default leaves the file.
    """
    first, *rest = [(settings.ROOT / "static" / "css" / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS]
    for name, (narrow, _wide) in house.tokens.items():
        first = re.sub(rf"--{re.escape(name)}: [^;]+;", f"--{name}: {narrow};", first, count=1)
    return "\n".join([first, stylesheet(house), *rest])


def stylesheet(house: House) -> str:
    """The tokens and faces of the house over the defaults of tokens.css, in its layer."""
    lines = ["@layer reset, tokens, base, components, pages;", "@layer tokens {"]
    lines += [_face_rule(role, face) for role, face in house.faces.items() if role != "print"]
    narrow = {name: value for name, (value, _wide) in house.tokens.items()}
    narrow |= {role: _families(role, face) for role, face in house.faces.items() if role != "print"}
    wide = {name: value for name, (other, value) in house.tokens.items() if value != other}
    if narrow:
        lines.append(f"  :root {{ {_declared(narrow)} }}")
    if wide:
        lines.append(f"  @media (min-width: 64rem) {{ :root {{ {_declared(wide)} }} }}")
    return "\n".join([*lines, "}", ""])


def _declared(tokens: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in tokens.items())


def _face_rule(role: str, face: Face) -> str:
    return (
        f'  @font-face {{ font-family: "{face.family}"; src: url("{role}.woff2") format("woff2"); '
        f"font-display: swap; font-weight: {face.weight}; }}"
    )


def _families(role: str, face: Face) -> str:
    """The house's family first, then its hanzi families (else the default ones), then the generic one."""
    _first, *rest = palette.defaults()[role].split(", ")
    if face.fallbacks:
        rest = [f'"{name}"' for name in face.fallbacks] + rest[-1:]
    return ", ".join([f'"{face.family}"', *rest])


def mark(house: House) -> str:
    """The mark beside the address: the folder's `mark.svg`, else the first letter of the wordmark on the house's colour."""
    own = house.folder / "mark.svg"
    if own.exists():
        return own.read_text(encoding="utf-8")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" fill="{house.colours["act"]}"/>'
        '<text x="16" y="23" font-family="serif" font-size="20" text-anchor="middle" '
        f'fill="{house.colours["paper"]}">{escape(house.wordmark[:1])}</text></svg>'
    )
