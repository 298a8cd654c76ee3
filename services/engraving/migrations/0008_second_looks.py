import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A second pair of eyes: links to a proof, and what was answered."""

    dependencies = [("engraving", "0007_jobs_by_code")]

    operations = [
        migrations.CreateModel(
            name="SecondLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("proof_sha256", models.CharField(max_length=64, verbose_name="proof's SHA-256")),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("expires_at", models.DateTimeField(verbose_name="valid until")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("approved", "approves it"), ("again", "asks to look again")],
                        max_length=10,
                        verbose_name="answer",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="name")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                ("times", models.PositiveSmallIntegerField(default=0, verbose_name="answers")),
                (
                    "inscription",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="second_looks",
                        to="engraving.inscription",
                        verbose_name="inscription",
                    ),
                ),
            ],
            options={
                "verbose_name": "second look",
                "verbose_name_plural": "second looks",
                "ordering": ["-made_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(answer="") ^ models.Q(answered_at__isnull=False), name="answered_at_a_moment"
                    )
                ],
            },
        ),
    ]
