"""A house's folder made whole for a test: the committed words, and small pictures and faces that need not be committed."""

import json
import shutil
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
#: What lumen shows: two watches, and its closed case in a shape of its own.
PICTURES = (
    ("meridian-one", "front-steel", "steel", (400, 500)),
    ("meridian-two", "front-steel", "steel", (400, 500)),
    ("box", "closed", "", (360, 300)),
)


def build_lumen(to: Path) -> Path:
    """Copy lumen into a folder, and make its pictures and faces there."""
    folder = to / "lumen"
    shutil.copytree(HERE / "lumen", folder)
    rows = []
    for piece, view, metal, (width, height) in PICTURES:
        (folder / "pictures" / piece).mkdir(parents=True)
        for ending in ("avif", "webp", "jpg"):
            file = folder / "pictures" / piece / f"{view}.{width}.{ending}"
            Image.new("RGB", (width, height), "#C9D3DD").save(file)
        row = {"piece": piece, "view": view, "metal": metal, "width": width, "height": height, "widths": [width]}
        rows.append({**row, "colour": "#C9D3DD", "zone": None})
    (folder / "pictures" / "pictures.json").write_text(json.dumps(rows))
    (folder / "faces").mkdir()
    shutil.copy(ROOT / "static" / "fonts" / "text.woff2", folder / "faces" / "lumen-display.woff2")
    shutil.copy(ROOT / "services" / "foundation" / "faces" / "pinyon.ttf", folder / "faces" / "lumen-print.ttf")
    return folder
