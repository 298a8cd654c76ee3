"""What pieces are found by: one row for each piece, all languages together."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class Entry(models.Model):
    """The words of one piece as a tsvector: Latin words, pairs of hanzi, and the pinyin of its names.

    ``names`` and ``texts`` are the same words as the house writes them: what a question that is nearly right is corrected from.
    A piece is found by the names of collections and occasions while these are shown: ``holds_until`` is when the next of them
    begins or ends, and the entry is written anew.
    """

    piece = models.OneToOneField("catalogue.Product", models.CASCADE, related_name="search_entry")
    words = SearchVectorField()
    names = ArrayField(models.TextField(), default=list)
    texts = ArrayField(models.TextField(), default=list)
    holds_until = models.DateTimeField(null=True, db_index=True)

    class Meta:
        indexes = [GinIndex(fields=["words"], name="search_words")]

    def __str__(self) -> str:
        return str(self.piece_id)
