from django.db import migrations

from flagship.clients.roles import giving

ROLES = {"Client adviser": ["paylinks.make_paylink"]}


class Migration(migrations.Migration):
    """Who speaks with clients sets pieces aside for them and writes them a link."""

    dependencies = [("clients", "0022_transfer_roles"), ("paylinks", "0001_initial")]
    operations = [giving(ROLES)]
