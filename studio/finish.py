"""Finished files for the shop: `python finish.py RENDERS HOUSE_PICTURES`.

Takes each `piece__view.png` (and `.zone.json`) of the folder and writes AVIF, WebP and JPEG at fixed widths, a breath of grain against
banding, the ground's colour, and `pictures.json`, which `open_house` reads.
"""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

WIDTHS = {"hero": (800, 1280, 1920)}
USUAL = (400, 800, 1200)
SAVE = {
    "avif": {"quality": 74, "speed": 4},
    "webp": {"quality": 88, "method": 6},
    "jpg": {"quality": 84, "optimize": True, "progressive": True, "subsampling": 0},
}


def finish(source: Path, target: Path) -> dict:
    """Write one picture's files; returns its line of pictures.json."""
    piece, view = source.stem.split("__")
    image = Image.open(source).convert("RGB")
    pixels = np.asarray(image).astype(np.float32)
    grain = np.random.default_rng(1).normal(0, 0.8, pixels.shape[:2])[:, :, None]
    image = Image.fromarray(np.clip(pixels + grain + 0.5, 0, 255).astype(np.uint8))
    folder = target / piece
    folder.mkdir(parents=True, exist_ok=True)
    widths = WIDTHS.get(view, USUAL)
    for width in widths:
        sized = image.resize((width, round(image.height * width / image.width)), Image.LANCZOS)
        for ending, options in SAVE.items():
            sized.save(folder / f"{view}.{width}.{ending}", **options)
    corner = image.resize((8, 10)).getpixel((0, 0))
    zone_file = source.with_name(source.stem + ".zone.json")
    zone = json.loads(zone_file.read_text()) if zone_file.exists() else None
    return {
        "piece": piece,
        "view": view,
        "metal": view.rpartition("-")[2] if "-" in view else "",
        "width": image.width,
        "height": image.height,
        "widths": list(widths),
        "colour": "#{:02X}{:02X}{:02X}".format(*corner),
        "zone": {"quad": zone["quad"], "grid": zone["grid"]} if zone else None,
    }


if __name__ == "__main__":
    renders, pictures = Path(sys.argv[1]), Path(sys.argv[2])
    rows = {(r["piece"], r["view"]): r for r in json.loads((pictures / "pictures.json").read_text())} if (pictures / "pictures.json").exists() else {}
    for png in sorted(renders.glob("*__*.png")):
        row = finish(png, pictures)
        rows[row["piece"], row["view"]] = row
        print(row["piece"], row["view"], flush=True)
    pictures.mkdir(parents=True, exist_ok=True)
    (pictures / "pictures.json").write_text(json.dumps([rows[k] for k in sorted(rows)], indent=1) + "\n")
