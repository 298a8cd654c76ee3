"""A letter of the house: one hand for every e-mail, as HTML and as plain text that says the same.

`templates/letters/base.html` and `base.txt` are the sheet; every letter fills its blocks. Faces are the house's own where a mail
programme fetches them, else faces of the machine.
"""

import re
from collections.abc import Mapping
from email.mime.image import MIMEImage
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from . import palette
from .house import house

#: What stands in for the house's faces: on Apple's machines, on Windows, on Android and Linux.
_STAND_INS = {
    "display": ("Georgia", "Songti SC", "Noto Serif SC", "SimSun", "serif"),
    "text": ("Helvetica Neue", "Arial", "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "sans-serif"),
}


def send(
    name: str,
    *,
    to: str,
    subject: str,
    about: str,
    language: str,
    context: Mapping[str, Any],
    pictures: Mapping[str, bytes] | None = None,
) -> None:
    """Write and send `letters/<name>` in the active language, which ``language`` names.

    ``about`` makes its id: the same letter has always the same, so that one sent twice after a crash is shown once.
    ``pictures``: PNG by the name under which the HTML shows them (`cid:<name>`).
    """
    said = {**context, **_sheet(), "subject": subject, "language": language}
    letter = EmailMultiAlternatives(
        subject=subject,
        body=_text(render_to_string(f"letters/{name}.txt", said)),
        from_email=house().mail_from,
        to=[to],
        reply_to=[house().adviser_email],
        headers={
            "X-Flagship-Letter": f"{name}:{about.rpartition('.')[2]}",
            "Message-ID": f"<{about}@{settings.SITE_URL.split('//')[1].split(':')[0]}>",
            "Content-Language": language,
            "Auto-Submitted": "auto-generated",  # nobody's holiday notice answers it
        },
    )
    letter.attach_alternative(render_to_string(f"letters/{name}.html", said), "text/html")
    if pictures:
        letter.mixed_subtype = "related"
        for shown_as, png in pictures.items():
            picture = MIMEImage(png, "png")
            picture.add_header("Content-ID", f"<{shown_as}>")
            picture.add_header("Content-Disposition", "inline", filename=f"{shown_as}.png")
            letter.attach(picture)
    letter.send()


def _sheet() -> dict[str, Any]:
    """What the sheet needs of the house: its words, its faces, and where they are fetched."""
    the_house = house()
    files = dict(zip(_STAND_INS, the_house.first_faces, strict=True))
    return {
        "house": the_house,
        "display": families("display"),
        "text": families("text"),
        "faces": [
            {"family": _own(role), "address": settings.SITE_URL + static(file), "weight": _weight(role)}
            for role, file in files.items()
        ],
    }


def _own(role: str) -> str:
    face = house().faces.get(role)
    return face.family if face else palette.defaults()[role].split(",")[0].strip('"')


def _weight(role: str) -> str:
    face = house().faces.get(role)
    return face.weight if face else {"display": "500", "text": "400"}[role]


def families(role: str) -> SafeString:
    """The families of a role as a style attribute takes them: the house's own, its hanzi, and what stands in.

    Safe, since the house's configuration lets only plain names through.
    """
    face = house().faces.get(role)
    names = [_own(role), *(face.fallbacks if face else ()), *_STAND_INS[role]]
    return mark_safe(", ".join(f"'{name}'" if " " in name else name for name in dict.fromkeys(names)))


def _text(written: str) -> str:
    """Plain text without the gaps that blocks leave: no blanks at the ends of lines, never two empty lines."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", written)).strip() + "\n"
