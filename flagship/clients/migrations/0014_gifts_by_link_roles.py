from django.db import migrations

from flagship.clients.roles import giving

ROLES = {"Client adviser": ["gifting.view_giftlink"]}


class Migration(migrations.Migration):
    """Advisers see how far a gift by link is."""

    dependencies = [("clients", "0013_word_list_roles"), ("gifting", "0003_gift_by_link")]
    operations = [giving(ROLES)]
