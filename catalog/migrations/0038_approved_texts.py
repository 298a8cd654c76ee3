import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Proposals about anything the house publishes, not pieces alone."""

    dependencies = [("catalogue", "0037_own_sizes"), ("contenttypes", "0002_remove_content_type_name")]

    operations = [
        migrations.AlterField(
            "proposal",
            "piece",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="proposals", to="catalogue.product", verbose_name="piece"
            ),
        ),
        migrations.AddField(
            "proposal",
            "content_type",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contenttypes.contenttype",
                verbose_name="room",
            ),
        ),
        migrations.AddField("proposal", "object_id", models.CharField(blank=True, default="", editable=False, max_length=40), preserve_default=False),
        migrations.AddField("proposal", "about", models.CharField(default="", max_length=200, verbose_name="about"), preserve_default=False),
        migrations.AddField("proposal", "read", models.JSONField(default=dict, editable=False)),
        migrations.AddField("proposal", "record", models.TextField(blank=True, default="", editable=False), preserve_default=False),
    ]
