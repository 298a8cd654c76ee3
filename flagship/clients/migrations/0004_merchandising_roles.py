from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

#: Added to the roles of 0003. Merchandisers propose; copy and legal, or the house manager, is the second person.
ROLES = {
    "Merchandiser": [
        *(f"catalogue.{act}_tile" for act in ("view", "add", "change", "delete")),
        "catalogue.view_forbiddenword",
        "catalogue.view_proposal",
        "catalogue.preview_house",
    ],
    "Copy and legal": [
        *(f"catalogue.{act}_forbiddenword" for act in ("view", "add", "change", "delete")),
        *(f"catalogue.{act}_tile" for act in ("view", "change")),
        "catalogue.view_proposal",
        "catalogue.approve_proposal",
        "catalogue.preview_house",
    ],
    "House manager": ["catalogue.view_proposal", "catalogue.approve_proposal", "catalogue.preview_house"],
    "Launch manager": ["catalogue.preview_house"],
}


def make_roles(apps, schema_editor):
    """Permissions are made first, as Django makes them only after all migrations."""
    create_permissions(live_apps.get_app_config("catalogue"), verbosity=0)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for role, names in ROLES.items():
        group, _made = Group.objects.get_or_create(name=role)
        for name in names:
            label, codename = name.split(".")
            group.permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))


class Migration(migrations.Migration):
    """Tiles, forbidden words, proposals and the preview for those who work with them."""

    dependencies = [("clients", "0003_roles"), ("catalogue", "0034_merchandising"), ("partner", "0009_reductions")]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
