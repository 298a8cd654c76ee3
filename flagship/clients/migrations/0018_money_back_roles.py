from django.db import migrations

from flagship.clients.roles import giving

READ = [f"refunds.view_{what}" for what in ("refund", "refundline", "repayment")]
ROLES = {
    "Client adviser": [*READ, "refunds.ask_refund"],
    "Payments desk": [
        *READ,
        "refunds.ask_refund",
        "refunds.approve_refund",
        "refunds.view_refundlimit",
        "refunds.view_regionrule",
    ],
    "House manager": [
        *READ,
        "refunds.approve_refund",
        *(f"refunds.{act}_{what}" for act in ("view", "add", "change") for what in ("refundlimit", "regionrule")),
    ],
}


class Migration(migrations.Migration):
    """Who gives money back, who agrees above the limit, and who sets the limit."""

    dependencies = [("clients", "0017_fapiao_roles"), ("refunds", "0001_money_back")]
    operations = [giving(ROLES)]
