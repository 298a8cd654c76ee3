from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = {"Client adviser": ["order.promise_order"]}


def open_the_room(apps, schema_editor):
    """As in 0003: permissions are made first, as Django makes them only after all migrations."""
    create_permissions(live_apps.get_app_config("order"), verbosity=0)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for role, names in ROLES.items():
        group, _made = Group.objects.get_or_create(name=role)
        for name in names:
            label, codename = name.split(".")
            group.permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))


class Migration(migrations.Migration):
    """Whoever speaks with clients answers for a new promise."""

    dependencies = [
        ("clients", "0007_approved_texts"),
        ("clients", "0007_bench_roles"),
        ("order", "0026_engraving_and_promises"),
    ]
    operations = [migrations.RunPython(open_the_room, migrations.RunPython.noop)]
