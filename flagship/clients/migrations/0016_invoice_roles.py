from django.db import migrations

from flagship.clients.roles import giving

ROLES = {
    "Payments desk": ["invoicing.view_document", "invoicing.send_document"],
    "Client adviser": ["invoicing.view_document", "invoicing.send_document"],
}


class Migration(migrations.Migration):
    """Who answers for money and who speaks with clients reads invoices, and sends them again."""

    dependencies = [("clients", "0015_sizer_roles"), ("invoicing", "0002_guards")]
    operations = [giving(ROLES)]
