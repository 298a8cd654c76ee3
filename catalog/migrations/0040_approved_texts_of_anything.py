import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """After the rows have moved: the former key goes."""

    dependencies = [("catalogue", "0039_approved_texts_moved")]

    operations = [
        migrations.RemoveField("proposal", "piece"),
        migrations.AlterField(
            "proposal",
            "content_type",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contenttypes.contenttype", verbose_name="room"
            ),
        ),
        migrations.AlterField(
            "proposal",
            "kind",
            models.CharField(
                choices=[("texts", "Revision"), ("price", "Price"), ("public", "Publication"), ("new", "New entry")],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.RemoveConstraint("proposal", "price_has_region_and_moment"),
        migrations.AddConstraint(
            "proposal",
            models.CheckConstraint(
                condition=~Q(kind="price") | Q(region__isnull=False, starts_at__isnull=False), name="price_has_region_and_moment"
            ),
        ),
        migrations.AddIndex("proposal", models.Index(fields=["content_type", "object_id", "state"], name="proposals_about")),
        migrations.CreateModel(
            "LastRead",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("object_id", models.CharField(max_length=40)),
                ("said", models.JSONField()),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("content_type", "object_id"), name="one_last_read_a_row")],
            },
        ),
    ]
