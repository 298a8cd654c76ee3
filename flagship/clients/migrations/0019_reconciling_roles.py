from django.db import migrations

from flagship.clients.roles import giving

ROLES = {
    "Payments desk": [
        *(f"reconciling.view_{what}" for what in ("report", "movement", "payout", "difference")),
        "reconciling.resolve_difference",
    ]
}


class Migration(migrations.Migration):
    """Who answers for money sees what the provider says of it, and settles what differs."""

    dependencies = [("clients", "0018_money_back_roles"), ("reconciling", "0001_initial")]
    operations = [giving(ROLES)]
