from django.db import migrations

from flagship.clients.roles import giving

ROLES = {
    **dict.fromkeys(("Dispatch", "Packing bench"), ["order.view_sizer", "order.send_sizer"]),
    "Client adviser": ["order.view_sizer"],
}


class Migration(migrations.Migration):
    """Who sends parcels sends sizers; who speaks with clients sees who has not answered."""

    dependencies = [("clients", "0014_gifts_by_link_roles"), ("order", "0028_sizers")]
    operations = [giving(ROLES)]
