"""Photographs of what was engraved lie where those of boxes lie: as files, which one module of ours writes and reads."""

import os
import uuid
from pathlib import Path

from django.conf import settings
from django.db import migrations, models

WIDTHS = (800, 1600)


def folder() -> Path:
    return Path(settings.ORIGINALS_ROOT) / "photographs"


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(data)


def to_files(apps, schema_editor):
    """Each picture in both widths as it is: it was no wider than the larger one. The boxes' files move to the same folder."""
    boxes = folder().with_name("packing")
    if boxes.is_dir() and not folder().exists():
        boxes.rename(folder())
    photos = apps.get_model("engraving", "JobPhoto").objects
    for pk in list(photos.values_list("pk", flat=True)):  # one at a time: each holds megabytes
        photo = photos.get(pk=pk)
        photo.key = uuid.uuid4()
        if photo.jpeg is not None:
            for width in WIDTHS:
                write(folder() / f"{photo.key}.{width}.jpg", bytes(photo.jpeg))
            photo.is_ready = True
        elif photo.original is not None:  # the worker makes its files next
            write(folder() / f"{photo.key}.sent", bytes(photo.original))
        photo.save(update_fields=["key", "is_ready"])


class Migration(migrations.Migration):
    dependencies = [("engraving", "0010_waits_for_size")]

    operations = [
        migrations.AddField("jobphoto", "key", models.UUIDField(null=True, editable=False, verbose_name="key")),
        migrations.AddField("jobphoto", "width", models.PositiveIntegerField(default=0, verbose_name="width")),
        migrations.AddField("jobphoto", "height", models.PositiveIntegerField(default=0, verbose_name="height")),
        migrations.AddField("jobphoto", "is_ready", models.BooleanField(default=False, verbose_name="ready")),
        migrations.AlterField("jobphoto", "trouble", models.CharField(blank=True, max_length=40, verbose_name="trouble")),
        migrations.RunPython(to_files, migrations.RunPython.noop),
        migrations.AlterField(
            "jobphoto", "key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="key")
        ),
        migrations.RemoveField("jobphoto", "original"),
        migrations.RemoveField("jobphoto", "jpeg"),
    ]
