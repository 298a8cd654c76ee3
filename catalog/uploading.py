"""Taking a merchandiser's picture in, and making the shop's files of it.

The original is kept outside the public folder under a random name, and the work is posted in the same transaction. The row shows
a picture only once all its files lie there; a picture that is replaced shows its former files until then, and these stay for a
day longer, for pages that are still open.
"""

import os
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from services.foundation.outbox import posting
from services.foundation.refusal import Refusal

from . import encoding
from .models import Picture, Work
from .picture_refusals import NotWritten, OriginalGone

#: Under media: made by the worker alone, so that what no row names may be cleared away. The house's own files lie elsewhere.
FOLDER = "finished"
#: How long a file stays that no row names any more.
GRACE = timedelta(days=1)
LANGUAGES = ("en", "zh_hans", "fr")


def take(picture: Picture, file: File) -> None:
    """Keep a file the door let in, and have the worker make the shop's files. The picture is saved; call in its transaction."""
    name = secrets.token_hex(16)
    _keep(file, _original(name))
    picture.original, picture.work, picture.trouble = name, Work.WAITING, ""
    picture.save(update_fields=["original", "work", "trouble"])
    posting.post("picture.finish", picture=picture.pk, original=name)


@transaction.atomic
def again(picture: Picture) -> bool:
    """Have the worker try once more what it could not do. False when there is nothing to be done."""
    tried = Picture.objects.filter(pk=picture.pk, work=Work.FAILED).update(work=Work.WAITING, trouble="")
    if tried:
        posting.post("picture.finish", picture=picture.pk, original=picture.original)
    return bool(tried)


def finish(picture: int, original: str) -> None:
    """Make the files of one upload and show them. Run twice, or after another upload, it does nothing more."""
    found = Picture.objects.filter(pk=picture, original=original).exclude(work=Work.READY).first()
    if found is None:
        return
    stem = stem_of(found)
    try:
        path = _original(original)
        if not path.exists():
            raise OriginalGone()
        made = encoding.finish(path.read_bytes(), Path(settings.MEDIA_ROOT) / stem)
    except Refusal as no:  # trying again by itself would not mend the file
        _failed(found, no)
        return
    except Exception:
        _failed(found, NotWritten())
        raise  # the outbox tries again
    _show(found, stem, made)


def stem_of(picture: Picture) -> str:
    """Where an upload's files stand: a new address for each upload, one for its attempts; the original's name stays secret."""
    return f"{FOLDER}/{picture.piece_id}/{picture.view}-{sha256(picture.original.encode()).hexdigest()[:16]}"


@transaction.atomic
def _show(picture: Picture, stem: str, made: encoding.Finished) -> None:
    row = Picture.objects.select_for_update().filter(pk=picture.pk, original=picture.original).exclude(work=Work.READY).first()
    if row is None:  # replaced or removed meanwhile, or a second worker was quicker
        return
    if row.stem != stem:
        leave(row)
    row.stem, row.widths, row.width, row.height, row.colour = stem, made.widths, made.width, made.height, made.colour
    row.work, row.trouble, row.is_ready = Work.READY, "", True
    row.save(update_fields=["stem", "widths", "width", "height", "colour", "work", "trouble", "is_ready"])


def _failed(picture: Picture, no: Refusal) -> None:
    rows = Picture.objects.filter(pk=picture.pk, original=picture.original).exclude(work=Work.READY)
    rows.update(work=Work.FAILED, trouble=no.code)


def hear_removed(instance: Picture, **_facts: Any) -> None:
    leave(instance)


def leave(picture: Picture) -> None:
    """A picture no longer needs its files: their last day begins."""
    if picture.stem.startswith(f"{FOLDER}/"):
        stem = Path(settings.MEDIA_ROOT) / picture.stem
        for file in stem.parent.glob(f"{stem.name}.*"):
            os.utime(file)


def clear_away(*, now: datetime) -> int:
    """Remove files and originals that no picture names and whose last day is over. Returns how many."""
    rows = Picture.objects.exclude(original="").values_list("stem", "original")
    stems, originals = {stem for stem, _name in rows}, {name for _stem, name in rows}
    media, kept = Path(settings.MEDIA_ROOT), Path(settings.ORIGINALS_ROOT)
    gone = 0
    for file in _files(media / FOLDER):
        stem = file.relative_to(media).parent / file.name.partition(".")[0]
        if str(stem) not in stems or file.suffix == ".part":
            gone += _remove_old(file, now)
    for file in kept.glob("*"):  # folders below are others' (the photographs of packed boxes)
        if file.is_file() and file.name not in originals:
            gone += _remove_old(file, now)
    return gone


def _files(folder: Path) -> Iterable[Path]:
    return (file for file in folder.rglob("*") if file.is_file()) if folder.exists() else ()


def _remove_old(file: Path, now: datetime) -> bool:
    if now.timestamp() - file.stat().st_mtime < GRACE.total_seconds():
        return False
    file.unlink(missing_ok=True)
    return True


def say_what_it_shows(picture: Picture) -> None:
    """Where staff wrote nothing: the piece and its metal, in each language. A picture is never without words."""
    for language in LANGUAGES:
        if not getattr(picture, f"alt_{language}"):
            title = getattr(picture.piece, f"title_{language}") or picture.piece.title
            metal = (getattr(picture.metal, f"name_{language}") or picture.metal.name) if picture.metal else ""
            words = f"{title}{'，' if language == 'zh_hans' else ', '}{metal}" if metal else title
            setattr(picture, f"alt_{language}", words[:200])


def _original(name: str) -> Path:
    return Path(settings.ORIGINALS_ROOT) / name


def _keep(file: File, path: Path) -> None:
    """Write an original where only the house can read it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as kept:
        file.seek(0)
        for chunk in file.chunks():
            kept.write(chunk)
