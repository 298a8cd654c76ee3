from django.db import migrations

from flagship.clients.roles import giving

#: Whoever keeps the zones keeps their sizes and keep-outs.
ROLES = {"Merchandiser": [f"engraving.{act}_{what}" for act in ("view", "add", "change", "delete") for what in ("zonesize", "keepout")]}


class Migration(migrations.Migration):
    """Sizes and keep-outs of zones for the merchandiser."""

    dependencies = [("clients", "0009_contact_changes"), ("engraving", "0006_clearance_is_measured")]
    operations = [giving(ROLES)]
