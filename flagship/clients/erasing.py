"""Erasing a client: nothing in his row points to him any more, and what is his alone is deleted.

Orders stay as long as the law asks; their pages are closed to everybody but staff (see `checkout.visits.own_order`).
"""

import uuid
from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import OwnSize
from checkout.basket import bags
from checkout.basket.models import Basket, Recipient
from checkout.order.models import Order
from checkout.order.states import OrderState
from services.deferred import desk
from services.deferred.models import Plan, PlanState
from services.deferred.states import PAYABLE
from services.delivery.models import SavedAddress
from services.engraving.models import Appeal, SecondLook
from services.foundation.contacts.models import Code
from services.foundation.formats import listed
from services.foundation.outbox import posting
from services.foundation.refusal import Refusal
from services.gifting import links

from .models import ContactChange, User, Wish

FINISHED = (OrderState.HANDED_OVER, OrderState.CANCELLED, OrderState.LAPSED)
OPEN_PLANS = (PlanState.AGREED, *PAYABLE)


class NotFinished(Refusal):
    """Facts: orders (numbers of orders under way), plans (numbers of orders with instalments open)."""

    code = "not-finished"

    def sentence(self) -> str:
        parts = []
        if self.facts["orders"]:
            parts.append(
                _("We still need your details to finish your order: %(numbers)s. Please come back once it is handed over.")
                % {"numbers": listed(self.facts["orders"])}
            )
        if self.facts["plans"]:
            parts.append(
                _("Instalments are still open for your order: %(numbers)s. Please come back once they are paid.")
                % {"numbers": listed(self.facts["plans"])}
            )
        return " ".join(parts)


class IsStaff(Refusal):
    code = "is-staff"

    def sentence(self) -> str:
        return _("This account also opens the rooms behind the shop. Please ask your house manager to close it.")


def what_is_open(client: User) -> Refusal | None:
    """Why a client cannot be erased yet; None when he can. Two queries."""
    if client.is_staff or client.is_superuser:
        return IsStaff()
    mine = Order.objects.filter(user=client, whole=None).order_by("pk")
    orders = list(mine.exclude(status__in=FINISHED).values_list("number", flat=True))
    plans = list(
        Plan.objects.filter(order__user=client, state__in=OPEN_PLANS).order_by("pk").values_list("order__number", flat=True)
    )
    return NotFinished(orders=orders, plans=plans) if orders or plans else None


@transaction.atomic
def erase(client: User, *, now: datetime) -> None:
    """Erase a client for good. Raises NotFinished or IsStaff, and then nothing has changed."""
    # Bags before the client, as the placement locks them: one that becomes an order in another tab is seen below.
    open_bags = list(Basket.objects.select_for_update().filter(owner_id=client.pk, status=Basket.OPEN).order_by("pk"))
    row = User.objects.select_for_update().get(pk=client.pk)
    if row.erased_at:
        return
    no = what_is_open(row)
    if no:
        raise no
    contacts = [contact for contact in (row.email, row.mobile) if contact]
    Code.objects.filter(contact__in=contacts).delete()
    Appeal.objects.filter(Q(client=row) | Q(contact__in=contacts)).delete()
    SavedAddress.objects.filter(client=row).delete()
    OwnSize.objects.filter(client=row).delete()
    Wish.objects.filter(client=row).delete()
    ContactChange.objects.filter(client=row).delete()
    SecondLook.objects.filter(inscription__order_line__order__user=row).delete()  # others' names and notes
    for bag in open_bags:
        for line in bag.lines.all():
            bags.remove(bag, line.line_reference)  # gives back what it held
    Basket.objects.filter(owner=row).update(details={})
    Recipient.objects.filter(bag__owner=row).delete()
    desk.forget_words(row.pk)
    links.forget_words(Order.objects.filter(user=row).values_list("pk", flat=True))
    Basket.objects.filter(pk__in=[bag.pk for bag in open_bags]).update(owner=None)
    row.groups.clear()
    row.user_permissions.clear()
    row.email = f"{uuid.uuid4().hex}@erased.invalid"  # a row must be reachable; nobody is at .invalid (RFC 2606)
    row.mobile = row.email_verified_at = row.mobile_verified_at = row.last_login = None
    row.name = row.language = row.region_code = ""
    row.is_active, row.erased_at = False, now
    row.set_unusable_password()
    row.save()
    posting.post("clients.end_sessions", key=f"end-sessions:{row.pk}", client_id=row.pk)


def end_sessions(client_id: int) -> int:
    """Delete every session of a client; returns how many. A session does not say whose it is until it is read."""
    ended = 0
    for session in Session.objects.iterator(chunk_size=1000):
        if session.get_decoded().get(SESSION_KEY) == str(client_id):
            ended += Session.objects.filter(pk=session.pk).delete()[0]
    return ended
