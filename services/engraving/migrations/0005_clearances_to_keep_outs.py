"""Each zone's declared distance from the hallmark becomes a keep-out beyond the zone's edge: that is all that was known.

Every kept inscription gets the distance that held for it, and the plane it was laid out in as its proof names it.
"""

import re

from django.db import migrations

_PLANE = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')


def to_keep_outs(apps, schema_editor):
    Zone, KeepOut = apps.get_model("engraving", "Zone"), apps.get_model("engraving", "KeepOut")
    Inscription = apps.get_model("engraving", "Inscription")
    for zone in Zone.objects.exclude(hallmark_clearance_mm=None):
        KeepOut.objects.create(zone=zone, kind="hallmark", clearance_mm=zone.hallmark_clearance_mm)
        Inscription.objects.filter(zone=zone).update(hallmark_mm=zone.hallmark_clearance_mm)
    for kept in Inscription.objects.filter(inputs={}).iterator():
        plane = _PLANE.search(kept.proof_svg)
        if plane:
            kept.inputs = {"area": {"width_mm": plane[1], "height_mm": plane[2]}, "faces": {kept.face: kept.face_version}}
            kept.save(update_fields=["inputs"])


def to_clearances(apps, schema_editor):
    Zone = apps.get_model("engraving", "Zone")
    for zone in Zone.objects.all():
        marks = [k.clearance_mm for k in zone.keep_outs.filter(kind="hallmark")]
        zone.hallmark_clearance_mm = min(marks, default=0)
        zone.save(update_fields=["hallmark_clearance_mm"])
    apps.get_model("engraving", "KeepOut").objects.filter(kind="hallmark", width_mm=None, outline=None).delete()


class Migration(migrations.Migration):

    dependencies = [("engraving", "0004_zone_geometry")]

    operations = [migrations.RunPython(to_keep_outs, to_clearances)]
