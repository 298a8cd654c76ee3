from django.db import migrations


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
    """Apart from its neighbours: PostgreSQL does not alter a table whose rows the same transaction has written."""

    dependencies = [("catalogue", "0038_approved_texts")]
    operations = [migrations.RunPython(about_any_row, about_pieces)]
