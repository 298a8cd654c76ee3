from django.db import migrations

from flagship.clients.roles import giving

ROLES = {
    "Payments desk": ["deferred.arrange_plan", "deferred.view_planact", "deferred.view_cardchange"],
    "Client adviser": ["deferred.view_planact"],
}


class Migration(migrations.Migration):
    """The payments desk arranges plans with clients; advisers read what was arranged."""

    dependencies = [("clients", "0019_reconciling_roles"), ("deferred", "0005_dunning")]
    operations = [giving(ROLES)]
