from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = {
    "House manager": [*(f"engraving.{act}_{what}" for act in ("view", "add", "change") for what in ("station", "stationrest"))],
    "Inspector": [
        "engraving.view_station",
        *(f"engraving.{act}_stationrest" for act in ("view", "add", "change", "delete")),
    ],
}


def open_the_room(apps, schema_editor):
    """As in 0003: permissions are made first, as Django makes them only after all migrations."""
    create_permissions(live_apps.get_app_config("engraving"), verbosity=0)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for role, names in ROLES.items():
        group, _made = Group.objects.get_or_create(name=role)
        for name in names:
            label, codename = name.split(".")
            group.permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))


class Migration(migrations.Migration):
    """Stations for the house manager, their days of rest also for those who inspect."""

    dependencies = [("clients", "0007_approved_texts"), ("engraving", "0003_bench_slots")]
    operations = [migrations.RunPython(open_the_room, migrations.RunPython.noop)]
