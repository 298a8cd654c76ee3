from django.db import migrations

from flagship.clients.roles import giving

ROLES = {"Payments desk": ["invoicing.view_fapiao", "invoicing.issue_fapiao"], "Client adviser": ["invoicing.view_fapiao"]}


class Migration(migrations.Migration):
    """Who answers for money issues fapiao; who speaks with clients reads for whom."""

    dependencies = [("clients", "0016_invoice_roles"), ("invoicing", "0003_fapiao")]
    operations = [giving(ROLES)]
