from django.db import migrations

from flagship.clients.roles import giving

ROLES = dict.fromkeys(("Packing bench", "Dispatch", "Client adviser"), ["packing.view_packingrecord"])


class Migration(migrations.Migration):
    """Who packs, sends and advises may read what was packed."""

    dependencies = [("clients", "0011_promises_anew"), ("packing", "0002_guards")]
    operations = [giving(ROLES)]
