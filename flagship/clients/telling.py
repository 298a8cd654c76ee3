"""Everything we keep of a client, as he may take it with him: plain data, ready for JSON."""

from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from catalog.models import OwnSize
from checkout.basket.contents import variant_words
from checkout.basket.models import Basket
from checkout.basket.models import Line as BagLine
from checkout.order.models import ChangeKind, Line, Order, OrderStatusChange, Sizer
from checkout.refunds.models import Refund
from services.deferred.models import Part
from services.delivery import keeping
from services.engraving import surfaces
from services.engraving.models import Appeal, Inscription
from services.launches.models import Allowance

from .models import ContactChange, User, Wish


def everything(client: User, *, now: datetime) -> dict[str, Any]:
    """Client, addresses, sizes, wishes, launches, open bags, orders; no sessions. 26 queries at most, however many rows."""
    return {
        "written_at": now,
        "client": {
            name: getattr(client, name)
            for name in (
                *("email", "email_verified_at", "mobile", "mobile_verified_at", "name"),
                *("language", "region_code", "date_joined", "last_login"),
            )
        },
        "addresses": [a.fields | {"used_first": a.is_default} for a in keeping.of_client(client.pk)],
        "contacts_before": [
            {"contact": change.old, "until": change.at} for change in ContactChange.objects.filter(client=client)
        ],
        "sizes": [
            {"kind": own.kind.slug, "size": own.size, "whom": own.whom}
            for own in OwnSize.objects.filter(client=client).select_related("kind")
        ],
        "wishes": [
            {**_variant(wish.variant), "kept_at": wish.kept_at}
            for wish in Wish.objects.filter(client=client).select_related("variant__parent", "variant__metal")
        ],
        "launches": [
            {"launch": place.launch.name, "place": place.place, "order": place.order_line.order.number}
            for place in Allowance.objects.filter(client=client).select_related("launch", "order_line__order").order_by("pk")
        ],
        "appeals": [
            {name: getattr(asked, name) for name in ("typed", "words", "contact", "made_at", "state", "answer", "decided_at")}
            for asked in Appeal.objects.filter(client=client).order_by("pk")
        ],
        "bags": [_bag(bag) for bag in _bags(client)],
        "orders": [_order(order) for order in _orders(client)],
    }


def _variant(variant) -> dict[str, Any]:
    return {"reference": variant.upc, "piece": variant.piece.get_title(), "variant": variant_words(variant)}


def _bags(client: User):
    lines = (
        BagLine.objects.select_related(
            *(
                "product__parent",
                "product__metal",
                "wrapping__box",
                "wrapping__ribbon",
                "wrapping__paper",
                "wrapping__carrier",
            )
        )
        .prefetch_related(surfaces.kept(), "inscriptions__second_looks")
        .order_by("pk")
    )
    return (
        Basket.objects.filter(owner=client, status=Basket.OPEN)
        .prefetch_related(Prefetch("lines", lines), "recipients")
        .order_by("pk")
    )


def _bag(bag: Basket) -> dict[str, Any]:
    return {
        "region": bag.region_code,
        "typed_in_checkout": bag.details,
        "recipients": [each.fields | {"not_before": each.requested_on} for each in bag.recipients.all()],
        "lines": [{**_variant(line.product), "quantity": line.quantity, **_crafts(line)} for line in bag.lines.all()],
    }


def _orders(client: User):
    packing = ("wrapping__box", "wrapping__ribbon", "wrapping__paper", "wrapping__carrier")
    lines = Line.objects.select_related(*packing, "sizer").order_by("pk")
    lines = lines.prefetch_related(surfaces.kept(), "inscriptions__second_looks")
    return (
        Order.objects.filter(user=client)
        .select_related("shipping_address", "plan", "gift_link", "fapiao", "whole")
        .prefetch_related(
            Prefetch("lines", lines),
            "consents",
            "attempts",
            "documents",
            "plan__parts",
            "plan__acts",
            "changes",
            "refunds__lines",
            "refunds__repayments__attempt",
            Prefetch("status_changes", OrderStatusChange.objects.order_by("date_created", "pk")),
        )
        .order_by("date_placed", "pk")
    )


def _crafts(line) -> dict[str, Any]:
    """What was engraved, on piece and lid, and how it was packed; the proofs as they were agreed."""
    packing = getattr(line, "wrapping", None)
    return {
        "engraving": _engraving(line.inscription),
        "lid_engraving": _engraving(line.lid_inscription),
        "gift": packing
        and {
            "box": packing.box.name,
            "ribbon": packing.ribbon.name,
            "paper": packing.paper and packing.paper.name,
            "carrier": packing.carrier and packing.carrier.name,
            "card": packing.card_text,
            "face": packing.card_face,
            "signed": packing.card_from,
        },
    }


def _engraving(kept: Inscription | None) -> dict[str, Any] | None:
    job = getattr(kept, "job", None)
    looked = ("made_at", "expires_at", "answer", "name", "note", "answered_at")
    return kept and {
        "text": kept.text,
        "typed": kept.typed,
        "face": kept.face,
        "zone": kept.zone.name,
        "proof_sha256": kept.proof_sha256,
        "proof_svg": kept.proof_svg,
        "confirmed_at": kept.confirmed_at,
        "state": job.state if job else None,
        "second_looks": [{name: getattr(look, name) for name in looked} for look in kept.second_looks.all()],
    }


def _gift_link(order: Order):
    return getattr(order, "gift_link", None)


def _address(order: Order) -> dict[str, Any] | None:
    """Where it went; of a gift by link that is its recipient's, and nobody else is told."""
    if _gift_link(order):
        return None
    return order.shipping_address and order.shipping_address.fields


def _gift(order: Order) -> dict[str, Any] | None:
    gift = _gift_link(order)
    names = ("recipient", "contact", "country", "giver", "message", "is_surprise", "house_writes", "state", "expires_at")
    return gift and {name: getattr(gift, name) for name in (*names, "thanks", "thanked_at")}


def _sizer(sizer: Sizer | None) -> dict[str, Any] | None:
    return sizer and {name: getattr(sizer, name) for name in ("state", "wanted_at", "sent_at", "confirmed_at")}


def _fapiao(order: Order) -> dict[str, Any] | None:
    asked = getattr(order, "fapiao", None)
    return asked and {name: getattr(asked, name) for name in ("kind", "title", "tax_code", "issued_at", "issued_number")}


def _part(part: Part) -> dict[str, Any]:
    return {name: getattr(part, name) for name in ("number", "due_on", "amount", "state", "paid_at")}


def _money_back(refund: Refund, number: dict[int, int]) -> dict[str, Any]:
    names = ("kind", "state", "amount", "tax", "delivery", "reason", "at", "decided_at", "decision")
    return {name: getattr(refund, name) for name in names} | {
        "less_owed_of_the_plan": refund.less_owed,
        "not_charged": refund.not_taken,
        "plan_agreed_anew": refund.schedule,
        "pieces": [
            {"line": number.get(row.line_id), "quantity": row.quantity, "amount": row.amount, "tax": row.tax}
            for row in refund.lines.all()
        ],
        "sent_back": [
            {
                "payment": each.attempt.intent,
                "method": each.attempt.page_method,
                "amount": each.amount,
                "state": each.state,
                "after_a_failure": each.resolved,
                "provider_reference": each.provider_id,
                "given_back_at": each.done_at,
            }
            for each in refund.repayments.all()
        ],
    }


def _order(order: Order) -> dict[str, Any]:
    plan = getattr(order, "plan", None)
    number = {line.pk: place for place, line in enumerate(order.lines.all(), 1)}
    return {
        "number": order.number,
        "parcel_of": order.whole and order.whole.number,
        "placed_at": order.date_placed,
        "state": order.status,
        "region": order.region_code,
        "language": order.language,
        "email": order.guest_email,
        "mobile": order.contact_mobile,
        "address": _address(order),
        "gift_by_link": _gift(order),
        "total": order.total_incl_tax,
        "tax": order.total_incl_tax - order.total_excl_tax,
        "delivery": order.shipping_incl_tax,
        "currency": order.currency,
        "payment_method": order.payment_method,
        "promised_on": order.promised_on,
        "promised_anew_on": order.promised_anew_on,
        "requested_on": None if _gift_link(order) else order.requested_on,
        "handed_over_at": order.handed_over_at,
        "terms_version": order.terms_version,
        "lines": [
            {
                "reference": line.upc,
                "piece": line.title,
                "variant": line.variant_words,
                "quantity": line.quantity,
                "price": line.line_price_incl_tax,
                "of_which_words_on_the_lid": line.lid_incl_tax,
                "tax": line.line_tax,
                "tax_rate": line.tax_rate,
                "can_be_returned": line.returnable,
                "sizer": _sizer(getattr(line, "sizer", None)),
                **_crafts(line),
            }
            for line in order.lines.all()
        ],
        "consents": [
            {
                "kind": consent.kind,
                "words": consent.text,
                "language": consent.language,
                "terms_version": consent.terms_version,
                "given_at": consent.given_at,
                "line": number.get(consent.line_id),
            }
            for consent in order.consents.all()
        ],
        "payments": [
            {
                "purpose": attempt.purpose,
                "state": attempt.state,
                "amount": attempt.amount,
                "captured": attempt.captured_amount,
                "refunded": attempt.refunded_amount,
                "declined": attempt.decline_code,
                "provider_reference": attempt.intent,
                "started_at": attempt.created_at,
            }
            for attempt in order.attempts.all()
        ],
        "money_back": [_money_back(refund, number) for refund in order.refunds.all()],
        "fapiao": _fapiao(order),
        "documents": [
            {name: getattr(document, name) for name in ("name", "kind", "issued_on", "buyer", "net", "tax", "gross", "reason")}
            for document in order.documents.all()
        ],
        "instalments": plan
        and {
            "state": plan.state,
            "total": plan.total,
            "agreement": plan.agreement,
            "agreed_at": plan.agreed_at,
            "parts": [_part(part) for part in plan.parts.all()],
            "arranged": [
                {name: getattr(act, name) for name in ("kind", "reason", "before", "after", "at")} for act in plan.acts.all()
            ],
        },
        "changes": [
            {
                "kind": change.kind,
                "before": change.before,
                "after": change.after,
                "at": change.at,
                "line": number.get(change.line_id),
            }
            for change in order.changes.all()
            if not _gift_link(order) or change.kind == ChangeKind.ENGRAVING  # where it goes is its recipient's
        ],
        "log": [{"from": move.old_status, "to": move.new_status, "at": move.date_created} for move in order.status_changes.all()],
    }
