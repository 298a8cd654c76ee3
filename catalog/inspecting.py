"""The door for pictures: what a file is and how large, by its header. No pixel is decoded here.

Names and announced types are never believed. A file that passes is what it says, small enough to decode, and whole as far as
its structure tells; damage inside its pixels is found by the worker.
"""

import io
import struct
import warnings
from dataclasses import dataclass

from PIL import Image

from .picture_refusals import Broken, ColoursUnknown, Moves, NotAPicture, TooHeavy, TooManyPixels, TooSmall

MOST_MB = 40
MOST_MEGAPIXELS = 60
#: px of the short side: what the largest usual width needs.
LEAST_SIDE = 1200
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF")
#: Pillow's modes that can be brought to sRGB without guessing.
MODES = ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "I;16", "I;16L", "I;16B", "I;16N")

# Pillow refuses to open what has more than twice this, before its decoders reserve any memory.
Image.MAX_IMAGE_PIXELS = MOST_MEGAPIXELS * 1_000_000 // 2
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Header:
    """What a file says of itself; ``width`` and ``height`` in px before it is turned upright."""

    format: str
    mode: str
    width: int
    height: int


def look(data: bytes) -> Header:
    """Read a file's header. Raises the Refusal that says why it cannot become a picture of the shop."""
    if len(data) > MOST_MB * 1024 * 1024:
        raise TooHeavy(most=MOST_MB)
    image = open_safely(data)
    found = Header("JPEG" if image.format == "MPO" else str(image.format), image.mode, *image.size)
    if found.width * found.height > MOST_MEGAPIXELS * 1_000_000:
        raise TooManyPixels(most=MOST_MEGAPIXELS)
    if min(found.width, found.height) < LEAST_SIDE:
        raise TooSmall(width=found.width, height=found.height, least=LEAST_SIDE)
    if found.mode not in MODES:
        raise ColoursUnknown()
    try:
        several, whole = _is_several(image), _WHOLE[found.format](data, image)
    except Exception as trouble:  # noqa: BLE001 - a hostile structure may make a parser raise anything; it is never a whole file
        raise Broken() from trouble
    if several:
        raise Moves()
    if not whole:
        raise Broken()
    return found


def open_safely(data: bytes) -> Image.Image:
    """A file as Pillow opens it, by content and without its pixels. Raises NotAPicture, Broken or TooManyPixels."""
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as bomb:
        raise TooManyPixels(most=MOST_MEGAPIXELS) from bomb
    except Exception as trouble:  # noqa: BLE001 - as above: whatever a parser says of foreign bytes, they are no picture to us
        raise (Broken() if _begins_like_one(data) else NotAPicture()) from trouble


def _begins_like_one(data: bytes) -> bool:
    """Whether a file that cannot be opened was once of an allowed format."""
    return (
        data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*"))
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or (data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis"))
    )


def _is_several(image: Image.Image) -> bool:
    """Frames of an animation or pages of a TIFF. A camera's JPEG may carry a preview behind it (MPO): that is one picture."""
    if image.format in ("JPEG", "MPO"):
        return False
    if image.format != "TIFF":
        return bool(getattr(image, "is_animated", False))
    try:
        image.seek(1)
    except EOFError:
        return False
    return True


def _whole_jpeg(data: bytes, image: Image.Image) -> bool:
    """Whether the end marker comes after the first scan; one inside a header belongs to a preview."""
    at = 2
    while data[at] == 0xFF:
        kind = data[at + 1]
        if kind == 0xFF:  # a filling byte
            at += 1
        elif kind == 0xDA:
            return data.find(b"\xff\xd9", at) > 0
        elif kind == 0x01 or 0xD0 <= kind <= 0xD8:  # markers without a length
            at += 2
        else:
            at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])
    return False


def _whole_png(data: bytes, image: Image.Image) -> bool:
    image.verify()  # every chunk and its checksum, to the last
    return True


def _whole_webp(data: bytes, image: Image.Image) -> bool:
    return int(struct.unpack_from("<I", data, 4)[0]) + 8 <= len(data)


def _whole_avif(data: bytes, image: Image.Image) -> bool:
    """Whether every box ends inside the file (ISO/IEC 14496-12)."""
    at = 0
    while at < len(data):
        size = int(struct.unpack_from(">I", data, at)[0])
        if size == 1:
            size = int(struct.unpack_from(">Q", data, at + 8)[0])
        if size == 0:  # to the end of the file
            return True
        if size < 8:
            return False
        at += size
    return at == len(data)


def _whole_tiff(data: bytes, image: Image.Image) -> bool:
    """Whether every strip or tile ends inside the file."""
    tags = image.tag_v2  # type: ignore[attr-defined]  # TIFF's own
    for offsets, sizes in ((273, 279), (324, 325)):
        if offsets in tags:
            return all(at + size <= len(data) for at, size in zip(tags[offsets], tags[sizes], strict=True))
    return False


_WHOLE = {"JPEG": _whole_jpeg, "PNG": _whole_png, "WEBP": _whole_webp, "AVIF": _whole_avif, "TIFF": _whole_tiff}
