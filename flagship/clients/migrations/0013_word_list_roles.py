from django.db import migrations

from flagship.clients.roles import giving

#: Merchandisers keep the list, advisers read it; advisers answer the clients who ask.
ROLES = {
    "Merchandiser": [f"engraving.{act}_wordrule" for act in ("view", "add", "change", "delete")],
    "Client adviser": ["engraving.view_wordrule", "engraving.view_appeal", "engraving.decide_appeal"],
}


class Migration(migrations.Migration):
    """Words that are not engraved, and clients' appeals, for merchandiser and adviser."""

    dependencies = [("clients", "0012_packing_roles"), ("engraving", "0009_word_rules")]
    operations = [giving(ROLES)]
