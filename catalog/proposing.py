"""Two people for prices and texts: one proposes, another approves or declines. Each act says who and when."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import Field
from modeltranslation.translator import translator

from services.foundation.regions.models import Region

from . import wording
from .models import ForbiddenWord, Product, Proposal, ProposalKind, ProposalState
from .partner import pricing
from .partner.models import Price
from .refusals import (
    AlreadyDecided,
    ForbiddenWords,
    MomentTaken,
    NothingBefore,
    NotLower,
    NotPositive,
    NotYours,
    Overtaken,
    OwnProposal,
    ReasonMissing,
)
from .search import indexing


def text_columns(model: type) -> dict[str, str]:
    """The columns of a model's translated texts, each with its language: {"title_fr": "fr", …}."""
    fields = translator.get_options_for_model(model).all_fields
    return {column.name: column.language for columns in fields.values() for column in columns}


def rules_of_house() -> dict[str, list[wording.Rule]]:
    """What no text may say, by language; one query."""
    found: dict[str, list[wording.Rule]] = {}
    for row in ForbiddenWord.objects.all():
        found.setdefault(row.language, []).append(wording.Rule(row.word, row.reason, row.owner, tuple(row.allowed)))
    return found


def check_words(text: str, rules: list[wording.Rule]) -> None:
    """Raise ForbiddenWords when a text breaks one of its language's rules."""
    if broken := wording.broken(text, rules):
        raise ForbiddenWords(rules=broken)


def check_price(variant: Product, region: Region, *, amount: Decimal, starts_at: datetime, is_reduction: bool) -> None:
    """Raise NotPositive, MomentTaken, NothingBefore or NotLower when such a price could not be."""
    if amount <= 0:
        raise NotPositive()
    if Price.objects.filter(variant=variant, region=region, starts_at=starts_at).exists():
        raise MomentTaken()
    if not is_reduction:
        return
    lowest = pricing.earlier_price(variant.pk, region_code=region.code, amount=amount, starts_at=starts_at)
    if lowest is None:
        raise NothingBefore()
    if amount >= lowest:
        raise NotLower(lowest=lowest, currency=region.currency)


def propose_texts(piece: Product, wished: dict[str, str], *, by_id: int, now: datetime) -> Proposal | None:
    """Keep new texts of a piece (by column) until a second person approves them; None when they say nothing new."""
    changes = {
        column: {"before": getattr(piece, column) or "", "after": after}
        for column, after in wished.items()
        if after != (getattr(piece, column) or "")
    }
    return _propose(ProposalKind.TEXTS, piece, changes, by_id=by_id, now=now) if changes else None


def propose_price(
    variant: Product, region: Region, *, amount: Decimal, starts_at: datetime, is_reduction: bool, by_id: int, now: datetime
) -> Proposal:
    """Keep a new price until a second person approves it. Raises what `check_price` raises."""
    begins = max(starts_at, now)
    check_price(variant, region, amount=amount, starts_at=begins, is_reduction=is_reduction)
    changes = {"amount": {"before": _price_at(variant, region, begins), "after": str(amount.quantize(Decimal("0.01")))}}
    more = {"region": region, "starts_at": starts_at, "is_reduction": is_reduction}
    return _propose(ProposalKind.PRICE, variant, changes, by_id=by_id, now=now, **more)


def _propose(kind: Any, piece: Product, changes: dict, *, by_id: int, now: datetime, **more: object) -> Proposal:
    same = {"kind": kind, "piece": piece, "changes": changes, "by_id": by_id, "state": ProposalState.WAITING, **more}
    # A form that is sent twice proposes once.
    return Proposal.objects.filter(**same).first() or Proposal.objects.create(**same, at=now)


def _price_at(variant: Product, region: Region, moment: datetime) -> str:
    """What a variant costs at a moment, as a proposal keeps it; empty without a price."""
    return str(pricing.prices_of([variant.pk], region_code=region.code, now=moment).get(variant.pk, ""))


def waiting_for(piece: Product) -> int:
    """How many proposals about a piece or variant wait for a second person."""
    return Proposal.objects.filter(piece=piece, state=ProposalState.WAITING).count()


@transaction.atomic
def approve(proposal_id: int, *, by_id: int, now: datetime) -> Proposal:
    """Write what was proposed. Raises AlreadyDecided, OwnProposal, Overtaken, ForbiddenWords or what `check_price` raises."""
    found = _waiting(proposal_id)
    if found.by_id == by_id:
        raise OwnProposal()
    piece = _write(found, now)
    _decide(found, ProposalState.APPROVED, by_id=by_id, now=now)
    LogEntry.objects.log_actions(by_id, [piece], CHANGE, [{"changed": {"fields": column_names(found)}}], single_object=True)
    return found


def try_out(proposal_id: int, *, now: datetime) -> Proposal:
    """Write what was proposed and decide nothing: for a preview, which takes everything back.

    Raises what `approve` raises, but that everybody may look at his own.
    """
    found = _waiting(proposal_id)
    _write(found, now)
    return found


def _write(found: Proposal, now: datetime) -> Product:
    piece = Product.objects.select_for_update(of=("self",)).get(pk=found.piece_id)
    if found.kind == ProposalKind.TEXTS:
        _write_texts(piece, found)
    else:
        _write_price(piece, found, now)
    indexing.index(piece.piece)
    return piece


def _write_texts(piece: Product, found: Proposal) -> None:
    languages, rules = text_columns(Product), rules_of_house()
    changed = {column: way for column, way in found.changes.items() if (getattr(piece, column) or "") != way["before"]}
    if changed:
        raise Overtaken(names=[column_name(column) for column in changed])
    for column, way in found.changes.items():
        check_words(way["after"], rules.get(languages[column], []))
        setattr(piece, column, way["after"])
    piece.save()


def _write_price(variant: Product, found: Proposal, now: datetime) -> None:
    region, begins = found.region, max(found.starts_at, now)
    way = found.changes["amount"]
    if _price_at(variant, region, begins) != way["before"]:
        raise Overtaken(names=[column_name("amount")])
    amount = Decimal(way["after"])
    check_price(variant, region, amount=amount, starts_at=begins, is_reduction=found.is_reduction)
    Price.objects.create(variant=variant, region=region, amount=amount, starts_at=begins, is_reduction=found.is_reduction)


@transaction.atomic
def decline(proposal_id: int, *, by_id: int, reason: str, now: datetime) -> Proposal:
    """Leave everything as it is, and say why. Raises AlreadyDecided or ReasonMissing."""
    found = _waiting(proposal_id)
    if not reason.strip():
        raise ReasonMissing()
    _decide(found, ProposalState.DECLINED, by_id=by_id, now=now, reason=reason.strip())
    return found


@transaction.atomic
def take_back(proposal_id: int, *, by_id: int, now: datetime) -> Proposal:
    """The proposer thinks better of it. Raises AlreadyDecided or NotYours."""
    found = _waiting(proposal_id)
    if found.by_id != by_id:
        raise NotYours()
    _decide(found, ProposalState.TAKEN_BACK, by_id=by_id, now=now)
    return found


def _waiting(proposal_id: int) -> Proposal:
    """The proposal, locked; whoever comes second finds it decided. Raises AlreadyDecided."""
    found = Proposal.objects.select_for_update(of=("self",)).select_related("region").get(pk=proposal_id)
    if found.state != ProposalState.WAITING:
        raise AlreadyDecided(state=found.get_state_display())
    return found


def _decide(found: Proposal, state: Any, *, by_id: int, now: datetime, reason: str = "") -> None:
    found.state, found.decided_by_id, found.decided_at, found.reason = state, by_id, now, reason[:240]
    found.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def column_name(column: str) -> str:
    """What staff call a column that a proposal changes: Story [fr]."""
    model = Price if column == "amount" else Product
    field = model._meta.get_field(column)
    return str(field.verbose_name) if isinstance(field, Field) else column


def column_names(found: Proposal) -> list[str]:
    """What a proposal changes, in the active language."""
    return [column_name(column) for column in found.changes]
