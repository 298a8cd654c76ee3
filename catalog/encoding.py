"""From an original to the shop's files: upright, in sRGB, on the house's ground, without a word of metadata, at fixed widths."""

import io
import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from services.foundation.house import house
from services.foundation.refusal import Refusal

from . import inspecting
from .picture_refusals import Broken

WIDTHS = (400, 800, 1200, 1600)
#: The picture that a page shows first must come quickly: widths up to this one stay below so many bytes where any quality allows.
FIRST_WIDTH, FIRST_BYTES = 800, 150_000
QUALITIES = {"avif": (74, 60, 46, 32), "webp": (88, 78, 66, 50), "jpg": (84, 76, 66, 54)}
_SAVE: dict[str, dict[str, Any]] = {
    "avif": {"format": "AVIF", "speed": 6},
    "webp": {"format": "WEBP", "method": 5},
    "jpg": {"format": "JPEG", "progressive": True, "optimize": True},
}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Finished:
    """The largest file's measures in px, all widths, and the colour that fills its place until it comes."""

    widths: list[int]
    width: int
    height: int
    colour: str


def finish(original: bytes, stem: Path) -> Finished:
    """Write `{stem}.{width}.{ending}` for every width the original has, each under another name first.

    Raises a Refusal when the original is no picture after all, OSError when the files cannot be written.
    """
    image = decoded(original)
    widths = [width for width in WIDTHS if width <= image.width]
    stem.parent.mkdir(parents=True, exist_ok=True)
    for width in widths:
        sized = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
        for ending in _SAVE:
            _put(stem.with_name(f"{stem.name}.{width}.{ending}"), encoded(sized, ending))
    return Finished(widths, widths[-1], round(image.height * widths[-1] / image.width), dominant(image))


def decoded(original: bytes) -> Image.Image:
    """A foreign file as a picture of ours (see `upright`). Raises the Refusal that says why it is none."""
    inspecting.look(original)
    try:
        return upright(original)
    except Refusal:
        raise
    except Exception as trouble:  # noqa: BLE001 - damaged pixels make a decoder raise anything; the file is at fault, not we
        raise Broken() from trouble


def upright(original: bytes) -> Image.Image:
    """The picture in sRGB, turned as it was taken, on the house's ground, and no wider than the widest of WIDTHS."""
    image = inspecting.open_safely(original)
    most = WIDTHS[-1]
    image.draft(image.mode, (2 * most, 2 * most))  # a large JPEG is decoded at half or quarter size
    image.load()
    image = _plain(image)
    turned = image.getexif().get(0x0112, 1) >= 5  # EXIF's orientations that exchange width and height
    width, height = image.size
    scale = min(1.0, most / (height if turned else width))
    if scale < 1:
        sized = (max(1, round(width * scale)), max(1, round(height * scale)))
        image = image.resize(sized, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return _on_ground(ImageOps.exif_transpose(image))


def _plain(image: Image.Image) -> Image.Image:
    """In a mode that can be resized: palettes and 16 bits resolved, transparency as a channel."""
    if image.mode.startswith("I;16"):
        return _keeping_facts(image, image.convert("I").point(lambda value: value / 256).convert("L"))
    if image.has_transparency_data and image.mode not in ("RGBA", "LA"):
        return _keeping_facts(image, image.convert("RGBA"))
    if image.mode in ("1", "P", "RGBX", "YCbCr"):
        return _keeping_facts(image, image.convert("L" if image.mode == "1" else "RGB"))
    return image


def _keeping_facts(before: Image.Image, after: Image.Image) -> Image.Image:
    """Profile and orientation are asked for later."""
    after.info |= {k: v for k, v in before.info.items() if k in ("icc_profile", "exif", "xmp")}
    return after


def ground_colour() -> tuple[int, int, int]:
    """The house's ground, on which a picture lies where it is transparent; red, green, blue from 0 to 255."""
    red, green, blue = bytes.fromhex(house().colours["ground"][1:])
    return red, green, blue


def _on_ground(image: Image.Image) -> Image.Image:
    """sRGB on the house's ground. The result is a new picture, so nothing of the file's own data can come along."""
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    colours = image.convert(image.mode[:-1]) if alpha else image
    ground = Image.new("RGB", image.size, ground_colour())
    ground.paste(_srgb(colours, image.info.get("icc_profile")), mask=alpha)
    return ground


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """By its own profile; a picture without one, or with one that does not fit it, is taken for what its mode usually is."""
    if profile:
        try:
            return ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                outputMode="RGB",
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            ) or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError) as misfit:
            log.warning("a picture's colour profile does not fit it: %s", misfit)
    return image.convert("RGB")


def encoded(image: Image.Image, ending: str) -> bytes:
    """The bytes of one file: in the best quality, or for the first widths in the best that stays light enough."""
    data = b""
    for data in _by_quality(image, ending):
        if image.width > FIRST_WIDTH or len(data) < FIRST_BYTES:
            break
    return data


def _by_quality(image: Image.Image, ending: str) -> Iterator[bytes]:
    for quality in QUALITIES[ending]:
        more: dict[str, Any] = {"subsampling": 0 if quality > 80 else 2} if ending == "jpg" else {}
        kept = io.BytesIO()
        image.save(kept, quality=quality, **_SAVE[ending], **more)
        yield kept.getvalue()


def dominant(image: Image.Image) -> str:
    """The colour that fills most of a picture, as #RRGGBB."""
    few = image.resize((64, 64), Image.Resampling.BOX).quantize(8).convert("RGB")
    _count, colour = max(few.getcolors() or [(0, ground_colour())])
    return "#{:02X}{:02X}{:02X}".format(*colour)  # type: ignore[misc]  # three bands, as this is RGB


def _put(path: Path, data: bytes) -> None:
    """All of a file or nothing: whoever asks for it meanwhile gets the former one."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(data)
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
