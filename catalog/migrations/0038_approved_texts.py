import django.db.models.deletion
from django.db import migrations, models


def about_any_row(apps, schema_editor):
    """What was proposed for a piece or variant, so far by a key of its own."""
    Proposal = apps.get_model("catalogue", "Proposal")
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="catalogue", model="product")
    for row in Proposal.objects.select_related("piece__parent"):
        piece = row.piece
        title = piece.title_en or piece.title or (piece.parent and (piece.parent.title_en or piece.parent.title)) or ""
        row.content_type_id, row.object_id, row.about = kind.pk, str(piece.pk), f"{title} ({piece.upc})"[:200]
        row.save(update_fields=["content_type", "object_id", "about"])


def about_pieces(apps, schema_editor):
    """Back: what was proposed for anything else, or for a piece that is gone, has no place."""
    Proposal, Product = apps.get_model("catalogue", "Proposal"), apps.get_model("catalogue", "Product")
    pieces = {str(pk) for pk in Product.objects.values_list("pk", flat=True)}
    for row in Proposal.objects.select_related("content_type"):
        is_piece = (row.content_type.app_label, row.content_type.model) == ("catalogue", "product")
        if is_piece and row.kind in ("texts", "price") and row.object_id in pieces:
            row.piece_id = int(row.object_id)
            row.save(update_fields=["piece"])
        else:
            row.delete()


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
        migrations.RunPython(about_any_row, about_pieces),
    ]
