"""Two people for what the house publishes: one proposes, another approves or declines. Each act says who and when.

Which texts, prices and rows these are, is said by `services.foundation.second_person.answer_for` in each app.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, Model, TextField

from services.foundation import second_person
from services.foundation.memory import Kept
from services.foundation.outbox import posting
from services.foundation.regions.models import Region
from services.foundation.second_person import field_name, kept, text_columns, write

from . import wording
from .models import ForbiddenWord, LastRead, Product, Proposal, ProposalKind, ProposalState
from .partner import pricing
from .partner.models import Price
from .refusals import (
    AlreadyDecided,
    ForbiddenWords,
    Gone,
    MomentTaken,
    NotAsItShould,
    NothingBefore,
    NotLower,
    NotPositive,
    NotYours,
    Overtaken,
    OwnProposal,
    ReasonMissing,
)


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


def _check_texts(model: type[Model], said: dict[str, Any]) -> None:
    """Raise ForbiddenWords for a field of this model; a text of no language keeps the rules of all."""
    rules, languages = rules_of_house(), text_columns(model)
    every = [rule for found in rules.values() for rule in found]
    for name, text in said.items():
        if isinstance(text, str) and isinstance(model._meta.get_field(name), CharField | TextField):
            check_words(text, rules.get(languages[name], []) if name in languages else every)


def snapshot(thing: Any) -> dict[str, Any]:
    """All that clients read of a row by which two people stand."""
    answered = _answered(type(thing))
    return {name: kept(thing, name) for name in answered.fields} | (answered.beside(thing) if answered.beside else {})


def last_read(thing: Any) -> dict[str, Any]:
    """What clients read of this row last, by two people's word; empty when it never was public."""
    return LastRead.objects.filter(**_key(thing)).values_list("said", flat=True).first() or {}


def remember(thing: Any) -> None:
    """Keep what clients read of a row: it was approved, or taken off after it had been."""
    LastRead.objects.update_or_create(**_key(thing), defaults={"said": snapshot(thing)})


def is_as_approved(thing: Any) -> bool:
    """Whether a row may become public at once: it says what clients read last, and that may still be said."""
    try:
        _check_public(thing)
    except (ForbiddenWords, NotAsItShould):
        return False
    return last_read(thing) == snapshot(thing)


def _check_public(thing: Any) -> None:
    answered = _answered(type(thing))
    _check_texts(type(thing), {name: kept(thing, name) for name in answered.fields})
    if answered.check:
        answered.check(thing)


def propose_texts(thing: Any, wished: dict[str, Any], *, by_id: int, now: datetime) -> Proposal | None:
    """Keep new values of a row's fields until a second person approves them; None when they say nothing new."""
    changes = {
        name: {"before": kept(thing, name), "after": after} for name, after in wished.items() if after != kept(thing, name)
    }
    return _propose(ProposalKind.TEXTS, thing, changes, by_id=by_id, now=now) if changes else None


def propose_public(thing: Any, *, by_id: int, now: datetime) -> Proposal:
    """Ask a second person to make a row public, with all that would be read. Raises ForbiddenWords or what `check` raises."""
    _check_public(thing)
    flag, read, before = _answered(type(thing)).flag, snapshot(thing), last_read(thing)
    fields = second_person.of(type(thing)).fields  # type: ignore[union-attr]
    changes = {flag: {"before": False, "after": True}}
    changes |= {name: {"before": before.get(name, ""), "after": read[name]} for name in fields if read[name] not in ("", None)}
    return _propose(ProposalKind.PUBLIC, thing, changes, by_id=by_id, now=now, read=read)


def propose_new(thing: Any, related: list[Any], *, by_id: int, now: datetime) -> Proposal:
    """Keep a row that would be read as soon as it stood, and what belongs to it, until a second person approves it."""
    changes = {
        name: {"before": "", "after": kept(thing, name)}
        for name in _answered(type(thing)).fields
        if kept(thing, name) not in ("", None)
    }
    record = serializers.serialize("json", [thing, *related])
    return _propose(ProposalKind.NEW, thing, changes, by_id=by_id, now=now, record=record)


def propose_price(
    variant: Product, region: Region, *, amount: Decimal, starts_at: datetime, is_reduction: bool, by_id: int, now: datetime
) -> Proposal:
    """Keep a new price until a second person approves it. Raises what `check_price` raises."""
    begins = max(starts_at, now)
    check_price(variant, region, amount=amount, starts_at=begins, is_reduction=is_reduction)
    changes = {"amount": {"before": _price_at(variant, region, begins), "after": str(amount.quantize(Decimal("0.01")))}}
    more = {"region": region, "starts_at": starts_at, "is_reduction": is_reduction}
    return _propose(ProposalKind.PRICE, variant, changes, by_id=by_id, now=now, **more)


def _propose(kind: Any, thing: Any, changes: dict, *, by_id: int, now: datetime, **more: object) -> Proposal:
    found = {
        "kind": kind,
        **_key(thing),
        "changes": changes,
        "by_id": by_id,
        "state": ProposalState.WAITING,
        **({"object_id": ""} if kind == ProposalKind.NEW else {}),
        **more,
    }
    # A form that is sent twice proposes once.
    same = Proposal.objects.filter(**found).first()
    return same or Proposal.objects.create(**found, about=_answered(type(thing)).named(thing)[:200], at=now)


def _price_at(variant: Product, region: Region, moment: datetime) -> str:
    """What a variant costs at a moment, as a proposal keeps it; empty without a price."""
    return str(pricing.prices_of([variant.pk], region_code=region.code, now=moment).get(variant.pk, ""))


def _answered(model: type[Model]) -> second_person.Answered:
    found = second_person.of(model)
    if found is None:
        raise LookupError(f"nobody said which fields of {model.__name__} two people answer for")
    return found


def _key(thing: Any) -> dict[str, Any]:
    return {"content_type": ContentType.objects.get_for_model(type(thing)), "object_id": str(thing.pk)}


def waiting_for(thing: Any) -> int:
    """How many proposals about a row wait for a second person."""
    return Proposal.objects.filter(**_key(thing), state=ProposalState.WAITING).count()


def approve(proposal_id: int, *, by_id: int, now: datetime) -> Proposal:
    """Write what was proposed.

    Raises AlreadyDecided, OwnProposal, Gone, Overtaken, NotAsItShould, ForbiddenWords, or what `check_price` and a row's own
    `check` raise.
    """
    found = _approve(proposal_id, by_id=by_id, now=now)
    Kept.forget_everything()  # after the commit: who asks meanwhile must not remember what stood there before
    return found


@transaction.atomic
def _approve(proposal_id: int, *, by_id: int, now: datetime) -> Proposal:
    found = _waiting(proposal_id)
    if found.by_id == by_id:
        raise OwnProposal()
    thing = _carry_out(found, now)
    remember(thing)
    _decide(found, ProposalState.APPROVED, by_id=by_id, now=now)
    act, said = (ADDITION, {"added": {}}) if found.kind == ProposalKind.NEW else (CHANGE, _changed(found))
    LogEntry.objects.log_actions(by_id, [thing], act, [said], single_object=True)
    return found


def try_out(proposal_id: int, *, now: datetime) -> Proposal:
    """Write what was proposed and decide nothing: for a preview, which takes everything back.

    Raises what `approve` raises, but that everybody may look at his own.
    """
    found = _waiting(proposal_id)
    _carry_out(found, now)
    return found


def _carry_out(found: Proposal, now: datetime) -> Any:
    """Write a proposal of any kind, and what follows from it; the row it is about."""
    if found.kind == ProposalKind.NEW:
        thing = _add(found)
    else:
        thing = _locked(found)
        acts = {ProposalKind.TEXTS: _write_texts, ProposalKind.PUBLIC: _make_public, ProposalKind.PRICE: _write_price}
        acts[found.kind](thing, found, now)
    if after := _answered(type(thing)).after:
        after(thing)
    return thing


def thing_of(found: Proposal) -> Any:
    """The row that a proposal is about: as it stands, or as it would; None when it is gone."""
    if found.kind == ProposalKind.NEW and not found.object_id:
        return _rows_of(found)[0]
    return found.thing


def _changed(found: Proposal) -> dict[str, Any]:
    """As Django's log keeps it."""
    return {"changed": {"fields": names_of(found)}}


def _locked(found: Proposal) -> Any:
    thing = found.thing
    if thing is None:
        raise Gone(name=found.about)
    return _answered(type(thing)).locked(thing)


def _write_texts(thing: Any, found: Proposal, now: datetime) -> None:
    changed = [name for name, way in found.changes.items() if kept(thing, name) != way["before"]]
    if changed:
        raise Overtaken(names=[field_name(type(thing), name) for name in changed])
    _check_texts(type(thing), {name: way["after"] for name, way in found.changes.items()})
    for name, way in found.changes.items():
        write(thing, name, way["after"])
    _save(thing, found.changes)


def _make_public(thing: Any, found: Proposal, now: datetime) -> None:
    flag, read = _answered(type(thing)).flag, snapshot(thing)
    changed = [name for name in {**read, **found.read} if read.get(name) != found.read.get(name)]
    if getattr(thing, flag):
        changed.append(flag)
    if changed:
        fields = {field.name for field in thing._meta.get_fields()}
        raise Overtaken(names=[field_name(type(thing), name) if name in fields else name for name in changed])
    setattr(thing, flag, True)
    _check_public(thing)
    _save(thing, [flag])


def _write_price(variant: Product, found: Proposal, now: datetime) -> None:
    region, begins = found.region, max(found.starts_at, now)
    way = found.changes["amount"]
    if _price_at(variant, region, begins) != way["before"]:
        raise Overtaken(names=names_of(found))
    amount = Decimal(way["after"])
    check_price(variant, region, amount=amount, starts_at=begins, is_reduction=found.is_reduction)
    Price.objects.create(variant=variant, region=region, amount=amount, starts_at=begins, is_reduction=found.is_reduction)


def _add(found: Proposal) -> Any:
    """Make the row that was proposed, and what belongs to it."""
    rows = _rows_of(found)
    _check_texts(type(rows[0]), {name: way["after"] for name, way in found.changes.items()})
    for row in rows:
        _save(row, [field.name for field in row._meta.fields])
    found.object_id = str(rows[0].pk)
    return rows[0]


def _rows_of(found: Proposal) -> list[Any]:
    """The row that was proposed and what belongs to it, as they were written down."""
    return [row.object for row in serializers.deserialize("json", found.record)]


def _save(row: Any, names: Iterable[str]) -> None:
    """Save a row whose named fields were written, if a form would let it pass. Raises NotAsItShould with its sentences."""
    try:
        row.full_clean(exclude={field.name for field in row._meta.fields} - set(names))
    except ValidationError as no:
        raise NotAsItShould(sentences=no.messages) from no
    row.save()


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
    found.save(update_fields=["state", "decided_by", "decided_at", "reason", "object_id"])
    if found.by_id not in (None, by_id):  # the proposer hears of it
        posting.post("proposal.decided", proposal=found.pk)


def names_of(found: Proposal) -> list[str]:
    """What staff call the fields that a proposal changes, in the active language."""
    model = Price if found.kind == ProposalKind.PRICE else found.content_type.model_class()
    return [field_name(model, name) if model else name for name in in_order(found)]


def in_order(found: Proposal) -> list[str]:
    """The fields that a proposal changes: what makes it public, then its texts as its page has them. JSON keeps no order."""
    model = found.content_type.model_class()
    answered = second_person.of(model) if model else None
    known = [answered.flag, *answered.fields] if answered else []
    return sorted(found.changes, key=lambda name: known.index(name) if name in known else len(known))
