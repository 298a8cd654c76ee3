from django.db import migrations

from flagship.clients.roles import giving

ROLES = {
    "House manager": [*(f"engraving.{act}_{what}" for act in ("view", "add", "change") for what in ("station", "stationrest"))],
    "Inspector": [
        "engraving.view_station",
        *(f"engraving.{act}_stationrest" for act in ("view", "add", "change", "delete")),
    ],
}


class Migration(migrations.Migration):
    """Stations for the house manager, their days of rest also for those who inspect."""

    dependencies = [("clients", "0007_approved_texts"), ("engraving", "0003_bench_slots")]
    operations = [giving(ROLES)]
