from django.db import migrations

from flagship.clients.roles import giving

ROLES = {"Client adviser": ["order.promise_order"]}


class Migration(migrations.Migration):
    """Whoever speaks with clients answers for a new promise."""

    dependencies = [("clients", "0010_zone_geometry_roles"), ("order", "0026_engraving_and_promises")]
    operations = [giving(ROLES)]
