"""What the checkout tells of an answer that is waited for is what comes of it: its days are those of the answer itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from checkout import days_told, engraving_changes, giving, size_first
from checkout.basket import contents
from checkout.totals import Destination
from services.engraving.models import Inscription
from services.foundation.regions.models import Region
from services.gifting import links
from services.gifting.models import GiftLink
from tests import makers
from tests.makers import BY_LINK, fill, pay, place, proven, variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def told_of(bag, what, *, now):
    region = Region.objects.get(pk=bag.region_code)
    found = contents.of(bag, region=region, now=now)
    return what(found.items, days_told.way_to(region, Destination("FR"), now=now), now=now)


@pytest.mark.parametrize("engraved", ["", "A & P"])
def test_a_gift_arrives_on_the_first_day_if_accepted_at_once_and_on_the_last_at_the_end(standin, engraved):
    bag, now = fill(variant(), engraved=engraved), timezone.now()
    told = told_of(bag, days_told.of_gift, now=now)
    assert told.until == now + links.waits() and told.first < told.last
    gift = GiftLink.objects.get(order=pay(place(bag, gift=BY_LINK), standin))
    assert abs(gift.expires_at - told.until) < timedelta(minutes=1)
    assert giving.foreseen(gift.order, "FR", "", now=now).on == told.first
    assert giving.foreseen(gift.order, "FR", "", now=told.until).on == told.last
    order = giving.accept(
        proven(gift), makers.RECIPIENT, not_before=None, agreed_day=told.first, language="en", now=timezone.now()
    )
    assert order.promised_on == told.first


def test_a_piece_comes_on_the_day_that_was_told_if_its_size_is_confirmed_as_the_sizer_comes(standin):
    bag = fill(variant("halo-band", size="52"), engraved="A & P")
    Inscription.objects.filter(bag_line__basket=bag).update(waits_for_size=True)
    now = timezone.now()
    told = told_of(bag, days_told.of_sizer, now=now)
    assert now.date() < told.leaves < told.arrives < told.then
    order = pay(place(bag), standin)
    line, kept = order.lines.get(), Inscription.objects.get(order_line__order=order)
    answered = now + (told.arrives - now.date())
    shown = engraving_changes.version(kept)
    size_first.confirm(order, line.pk, line.product_id, shown=shown, language="en", by_id=None, now=answered)
    order.refresh_from_db()
    assert order.promised_on == told.then
