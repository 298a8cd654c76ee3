from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

#: Added to the roles of 0002, and two roles more. Taken away: see TAKEN.
ROLES = {
    "Merchandiser": [*(f"units.{act}_unit" for act in ("view", "add", "change"))],
    "Launch manager": ["units.add_unit"],
    "Engraver": ["engraving.engrave_job"],
    "Inspector": ["engraving.inspect_job"],
    "Dispatch": [*(f"delivery.{act}_{what}" for act in ("view", "add", "change") for what in ("transit", "holiday"))],
    "Copy and legal": [
        *(f"catalogue.{act}_{what}" for act in ("view", "change") for what in ("product", "category", "metal")),
        "catalogue.view_picture",
        "launches.view_launch",
        "launches.change_launch",
        "order.view_consent",
    ],
    "House manager": [
        *(f"regions.{act}_{what}" for act in ("view", "add", "change") for what in ("region", "taxrate")),
        *(f"delivery.{act}_{what}" for act in ("view", "add", "change") for what in ("transit", "holiday")),
        *(f"deferred.{act}_eligibilityrule" for act in ("view", "add", "change")),
        *(f"gifting.{act}_packingoption" for act in ("view", "add", "change")),
        "outbox.view_job",
        "outbox.change_job",
    ],
}
TAKEN = {"Engraver": ["change_job"], "Inspector": ["change_job"]}


def make_roles(apps, schema_editor):
    """Groups with their permissions; permissions are made first, as Django makes them only after all migrations."""
    for label in sorted({name.split(".")[0] for names in ROLES.values() for name in names}):
        create_permissions(live_apps.get_app_config(label), verbosity=0)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for role, names in ROLES.items():
        group, _made = Group.objects.get_or_create(name=role)
        for name in names:
            label, codename = name.split(".")
            group.permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))
    for role, codenames in TAKEN.items():
        rooms = Permission.objects.filter(content_type__app_label="engraving", codename__in=codenames)
        Group.objects.get(name=role).permissions.remove(*rooms)


class Migration(migrations.Migration):
    """Stock for those who open launches, days for dispatch, texts for copy and legal, regions for the house manager."""

    dependencies = [
        ("clients", "0002_roles"),
        ("engraving", "0002_shape_scripts_permissions"),
        ("regions", "0002_region_formats"),
        ("outbox", "0001_initial"),
    ]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
