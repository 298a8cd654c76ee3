from django.db import migrations

from flagship.clients.roles import giving

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


class Migration(migrations.Migration):
    """Tiles, forbidden words, proposals and the preview for those who work with them."""

    dependencies = [("clients", "0003_roles"), ("catalogue", "0034_merchandising"), ("partner", "0009_reductions")]
    operations = [giving(ROLES)]
