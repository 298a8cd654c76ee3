from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

READERS = ("Packing bench", "Dispatch", "Client adviser")


def open_the_record(apps, schema_editor):
    """Permissions are made first, as Django makes them only after all migrations."""
    create_permissions(live_apps.get_app_config("packing"), verbosity=0)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    may_read = Permission.objects.get(content_type__app_label="packing", codename="view_packingrecord")
    for role in READERS:
        Group.objects.get_or_create(name=role)[0].permissions.add(may_read)


class Migration(migrations.Migration):
    """Who packs, sends and advises may read what was packed."""

    dependencies = [("packing", "0002_guards"), ("clients", "0009_contact_changes")]
    operations = [migrations.RunPython(open_the_record, migrations.RunPython.noop)]
