from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

#: Whoever keeps the zones keeps their sizes and keep-outs.
ROLES = {"Merchandiser": [f"engraving.{act}_{what}" for act in ("view", "add", "change", "delete") for what in ("zonesize", "keepout")]}


def make_roles(apps, schema_editor):
    """Permissions are made first, as Django makes them only after all migrations."""
    create_permissions(live_apps.get_app_config("engraving"), verbosity=0)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for role, names in ROLES.items():
        group, _made = Group.objects.get_or_create(name=role)
        for name in names:
            label, codename = name.split(".")
            group.permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))


class Migration(migrations.Migration):
    """Sizes and keep-outs of zones for the merchandiser."""

    dependencies = [("clients", "0009_contact_changes"), ("engraving", "0006_clearance_is_measured")]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
