from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = {
    "Merchandiser": [*(f"catalogue.{act}_occasion" for act in ("view", "add", "change", "delete"))],
    "Copy and legal": ["catalogue.view_occasion", "catalogue.change_occasion"],
}


def open_the_room(apps, schema_editor):
    """As in 0003: permissions are made first, as Django makes them only after all migrations."""
    create_permissions(live_apps.get_app_config("catalogue"), verbosity=0)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for role, names in ROLES.items():
        group, _made = Group.objects.get_or_create(name=role)
        for name in names:
            label, codename = name.split(".")
            group.permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))


class Migration(migrations.Migration):
    """Occasions for those who choose the pieces, and their words for copy and legal."""

    dependencies = [("clients", "0004_merchandising_roles"), ("catalogue", "0036_occasions")]
    operations = [migrations.RunPython(open_the_room, migrations.RunPython.noop)]
