from django.db import migrations

from flagship.clients.roles import giving

ROLES = {"Client adviser": ["gifting.view_giftlink", "gifting.view_exchangerequest", "gifting.answer_exchangerequest"]}


class Migration(migrations.Migration):
    """Advisers see how far a gift by link is, and answer who asks for another size."""

    dependencies = [("clients", "0013_word_list_roles"), ("gifting", "0004_exchanges_asked_for")]
    operations = [giving(ROLES)]
