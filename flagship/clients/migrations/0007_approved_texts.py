from django.db import migrations

#: Whoever proposes follows what becomes of it.
ROLES = ("Launch manager", "Dispatch")


def open_the_room(apps, schema_editor):
    """They see proposals; the permission is there since 0004."""
    seen = apps.get_model("auth", "Permission").objects.get(content_type__app_label="catalogue", codename="view_proposal")
    for role in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        role.permissions.add(seen)


def close_it(apps, schema_editor):
    seen = apps.get_model("auth", "Permission").objects.get(content_type__app_label="catalogue", codename="view_proposal")
    for role in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        role.permissions.remove(seen)


class Migration(migrations.Migration):
    """Launches and delivery charges are proposed too: those who do see what became of it."""

    dependencies = [("clients", "0006_wishes"), ("catalogue", "0040_approved_texts_of_anything")]
    operations = [migrations.RunPython(open_the_room, close_it)]
