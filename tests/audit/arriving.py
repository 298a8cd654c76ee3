"""Puts a client into a house so that every one of his rooms has something in it: orders in four states, a wish, an address.

Everything goes through the house's own doors (see `tests.makers`); nothing is written that a client could not have brought about.
"""

import json
from dataclasses import asdict

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from checkout.basket import bags, recipients
from checkout.order.models import Order
from flagship.clients import wishing
from flagship.clients.models import User
from services.delivery.models import SavedAddress
from tests import makers, parcels
from tests.audit.guest import Guest
from tests.conftest import Standin

EMAIL = "measure@client.example"


def arrive(standin: Standin | None = None) -> Guest:
    """The client, with his four orders and a piece in his bag.

    What he orders are the Arc bangles in white gold, which no other test buys.
    """
    standin = standin or Standin(settings.PAYMENT_API_BASE)
    user, _new = User.objects.get_or_create(
        email=EMAIL, defaults={"name": "Anna Test", "email_verified_at": timezone.now(), "mobile": "+33612345670"}
    )
    found = {"name": "Anna Test", "mobile": "+33612345670", "country": "FR", "city": "Paris", "postcode": "75001"}
    SavedAddress.objects.get_or_create(client=user, line1="12 rue de Rivoli", defaults={**found, "is_default": True})
    wishing.keep({"client": user}, makers.variant("halo-band", size="52").pk, now=timezone.now())
    paid = _order(user, "15", engraved="A & P", gift=makers.GIFT)
    plan = _order(user, "16", payment="instalments")
    unpaid = _order(user, "17")
    sizing = _order(user, "18", engraved="A & P", sizer=True)
    several = _several(user)
    bag = makers.fill(makers.variant("halo-band", size="50"), who=makers.buyer("measure", user))
    makers.add(bag, makers.variant("halo-band", size="54"), who=makers.buyer("measure", user))
    parcels.people(bag, parcels.PARIS, parcels.BERLIN)
    for order in (paid, plan, sizing, several):
        makers.pay(order, standin)
    return Guest(
        cookie=settings.SESSION_COOKIE_NAME,
        session=_sign_in(user),
        paid=paid.number,
        plan=plan.number,
        unpaid=unpaid.number,
        gift_line=paid.lines.get().pk,
        sizing=sizing.number,
        sized_line=sizing.lines.get().pk,
        several=several.number,
        parcel=several.parcels.order_by("pk")[0].number,
    )


def _order(user: User, size: str, *, engraved: str = "", gift=None, payment: str = "full", sizer: bool = False) -> Order:
    who = makers.buyer("measure", user)
    bag = makers.fill(makers.variant("arc-bangle", metal="white", size=size), who=who, engraved=engraved, gift=gift)
    if sizer:
        bags.change_sizer(bag, bag.lines.get().line_reference, wanted=True)
    return makers.place(bag, who=who, payment=payment)


def _several(user: User) -> Order:
    who = makers.buyer("measure", user)
    bag = makers.fill(makers.variant("arc-bangle", metal="white", size="16"), who=who, engraved="A & P", gift=makers.GIFT)
    makers.add(bag, makers.variant("arc-bangle", metal="white", size="17"), who=who)
    first, second = parcels.people(bag, parcels.PARIS, parcels.BERLIN)
    chosen = zip(bag.lines.order_by("pk"), (first, second), strict=True)
    recipients.assign(bag, {line.line_reference: [each.pk] for line, each in chosen})
    return parcels.place(bag, who=who)


def _sign_in(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def arrive_in_words() -> str:
    """For a house that runs in another process."""
    return json.dumps(asdict(arrive()))
