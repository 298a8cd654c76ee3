from django.db import migrations

from flagship.clients.roles import giving

ROLES = {
    "Merchandiser": [*(f"catalogue.{act}_occasion" for act in ("view", "add", "change", "delete"))],
    "Copy and legal": ["catalogue.view_occasion", "catalogue.change_occasion"],
}


class Migration(migrations.Migration):
    """Occasions for those who choose the pieces, and their words for copy and legal."""

    dependencies = [("clients", "0004_merchandising_roles"), ("catalogue", "0036_occasions")]
    operations = [giving(ROLES)]
