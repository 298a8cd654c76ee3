"""What a client agreed to for an engraved piece, word for word: at placement, and again with every change of its text."""

from services.engraving.models import Inscription
from services.foundation.house import house

from .order.models import Consent, Line, Order


def to_inscription(order: Order, line: Line, inscription: Inscription) -> None:
    """The spelling checked, and that an engraved piece does not come back for a change of mind."""
    for kind, words in (("spelling", inscription.spelling_words), ("final sale", inscription.final_sale_words)):
        Consent.objects.create(
            order=order.payer,
            line=line,
            kind=kind,
            text=words,
            language=inscription.language,
            terms_version=house().terms_version,
            given_at=inscription.confirmed_at,
        )
