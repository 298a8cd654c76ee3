from django.db import migrations

from flagship.clients.roles import giving

ROLES = {
    "Payments desk": [
        "transfers.view_statementline",
        "transfers.view_statement",
        "transfers.view_overpayment",
        "transfers.import_statement",
        "transfers.assign_statementline",
        "transfers.decide_overpayment",
        "transfers.send_overpayment",
        *(f"transfers.{act}_{what}" for act in ("view", "add", "change") for what in ("bankaccount", "csvlayout")),
    ],
}


class Migration(migrations.Migration):
    """Who answers for money reads statements in and says which order a transfer is for."""

    dependencies = [("clients", "0021_capability_roles"), ("transfers", "0002_guards")]
    operations = [giving(ROLES)]
