"""The one place where a bag becomes an order.

Claim → order written as *awaiting payment*, with lines, inscriptions, packing, plan, rights, consents and book, in one durable
transaction → (outside it) the provider → webhook or return moves it on: see `settling`. What is paid after delivery
stands at once.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from services.deferred import agreeing, offers
from services.deferred.offers import Offer
from services.deferred.refusals import WayGone
from services.delivery.addresses import FIELDS
from services.delivery.promising import Promise
from services.engraving import commissioning, reserving
from services.engraving.refusals import BenchFull
from services.foundation.book import writing
from services.foundation.house import house
from services.foundation.provider.methods import CARD
from services.foundation.provider.models import Attempt
from services.foundation.regions.models import Region
from services.foundation.regions.tax import Taxed
from services.foundation.units import claiming
from services.gifting import links, stock, wrapping
from services.launches import opening

from . import consenting, gift_places, paying_later, settling, several
from .basket import contents as bag_contents
from .basket.bags import Buyer
from .basket.models import Basket, Recipient
from .invoicing import fapiao
from .invoicing.fapiao import Wish as FapiaoWish
from .order.models import Consent, Line, Order, OrderStatusChange, ShippingAddress
from .order.states import OrderState
from .paylinks import linking
from .refusals import BagEmpty, DayChanged, GiftOrSizer, NoGiftLink, PriceGone, TotalChanged, Withdrawn
from .several import Agreed
from .totals import BenchWant, Destination, Totals, claim_order, compute, compute_later
from .transfers import offering
from .transfers.models import BankAccount

#: How long a client has to pay; the provider's pages live at least 30 minutes.
PAY_WITHIN = timedelta(minutes=35)


@dataclass(frozen=True)
class Details:
    """What the client filled in, checked by the door. ``payment`` is "full", "transfer", or the code of an offer to pay later.

    With ``gift`` the recipient says where it goes (`checkout.giving`): of the address only the country counts. With ``several``
    the bag's recipients say it, and the address counts for nothing.
    """

    email: str
    mobile: str
    name: str
    country: str
    subdivision: str
    city: str
    district: str
    line1: str
    line2: str
    postcode: str
    payment: str
    terms_words: str
    agreement_words: str
    gift: links.Wish | None = None
    several: Agreed | None = None
    fapiao: FapiaoWish | None = None


@dataclass
class _Parcel:
    """What goes to one address: the order's row, or one of its parcels, with the day that was seen for it."""

    order: Order
    totals: Totals
    agreed_day: date | None
    reserved: list[date] = field(default_factory=list)


def place(
    *,
    bag_id: int,
    placement_key: uuid.UUID,
    details: Details,
    agreed_total: Decimal,
    agreed_day: date | None,
    region: Region,
    language: str,
    buyer: Buyer,
    now: datetime,
) -> Order:
    """Turn the bag into an order, once: the same key again answers the same order.

    ``agreed_total`` and ``agreed_day`` are what the client saw. Raises BagEmpty, Withdrawn, PriceGone, TotalChanged,
    DayChanged, BenchFull, OutOfStock, NoGiftLink, GiftOrSizer, WayGone, what `several.Split.check` raises, or a refusal of
    launches or units; then nothing has changed.
    """
    with transaction.atomic(durable=True):
        bag = Basket.objects.select_for_update().get(pk=bag_id)
        standing = Order.objects.filter(placement_key=placement_key).first()
        if standing is None and bag.status == Basket.SUBMITTED:
            standing = Order.objects.filter(basket=bag).first()
        if standing is not None:
            return standing
        linking.check_place(bag, now=now)
        return _write(bag, placement_key, details, agreed_total, agreed_day, region, language, buyer, now)


def _write(
    bag: Basket,
    placement_key: uuid.UUID,
    details: Details,
    agreed_total: Decimal,
    agreed_day: date | None,
    region: Region,
    language: str,
    buyer: Buyer,
    now: datetime,
) -> Order:
    contents = bag_contents.of(bag, region=region, now=now)
    if not contents.items:
        raise BagEmpty()
    for item in contents.items:
        if not item.is_offered:
            raise Withdrawn(title=item.piece.get_title())
        if item.unit_price is None:
            raise PriceGone(title=item.piece.get_title())
    launches = opening.of_pieces(item.piece.pk for item in contents.items)
    for each in launches.values():
        opening.check(each, client=buyer.user, now=now)
    if details.gift and details.gift.country not in gift_places.countries(region):
        raise NoGiftLink()
    to = Destination(details.gift.country) if details.gift else Destination(details.country, details.subdivision)
    split = several.read(contents, region=region, now=now) if details.several else None
    totals = split.totals if split else compute(contents, region=region, to=to, now=now)
    if split and details.several:
        split.check(details.several)
    if totals.total != agreed_total:
        raise TotalChanged(total=totals.total, agreed=agreed_total)
    if totals.bench_is_full:
        raise BenchFull()
    if details.gift and totals.waits_for_size:
        raise GiftOrSizer()
    offer = _offer(contents, totals, details, region, buyer, now)
    account = None
    if details.payment == offering.WAY:
        account = _account(contents, totals, details, region, has_launch=bool(launches))
        totals = compute_later(contents, region=region, to=to, now=now, begins=offering.until(account, now=now))
    elif offer and offer.paid_by:
        totals = compute(contents, region=region, to=to, now=now, paid_by=offer.paid_by)
    if totals.bench_is_full:
        raise BenchFull()
    if not (details.gift or split or totals.waits_for_size):
        _same_day(totals.promise, agreed_day)
    order = _order(bag, placement_key, details, totals, offer, account, region, language, buyer, now)
    if account:
        offering.await_transfer(order, account)
    parcels = [_Parcel(order, totals, agreed_day)]
    if split and details.several:
        parcels = [
            _Parcel(_parcel(order, each.recipient, each.totals), each.totals, details.several.days.get(each.recipient.pk))
            for each in split.parcels
        ]
    parcel_of = {item.line.pk: parcel for parcel in parcels for item, _taxed in parcel.totals.lines}
    packed = []
    for item, taxed in sorted(totals.lines, key=lambda pair: claim_order(pair[0])):
        parcel = parcel_of[item.line.pk]
        line = _line(parcel.order, item, taxed, totals.lids.get(item.line.pk))
        _claim(item, line)
        for kept in filter(None, (item.inscription, item.lid)):
            consenting.to_inscription(order, line, kept)
            commissioning.commission(kept, order_line_id=line.pk)
        if item.wrapping:
            of_bag = (item.wrapping.pk, item.wrapping.in_box_of_id)
            packed.append((*of_bag, wrapping.hand_over(item.wrapping, order_line_id=line.pk)))
        launch = launches.get(item.piece.pk)
        if launch:
            opening.use_places(launch, client_id=order.user_id, order_line_id=line.pk, quantity=item.line.quantity)
        if not details.gift:  # nobody knows when it will be accepted: its places are claimed then, and no day is promised before
            wants = [want for want in parcel.totals.wants if want.bag_line_id == item.line.pk]
            parcel.reserved += [_reserve(want, line) for want in wants]
    wrapping.join(packed)
    stock.take(kept for _bag_id, _host, kept in packed)  # last, since every order takes the same few rows
    if details.gift:
        links.prepare(details.gift, order_id=order.pk, language=language)
    else:
        for parcel in parcels:
            _promise(parcel)
    if split:
        several.ask_for_days(split, [parcel.order for parcel in parcels])
    charged_now = totals.is_charged_now or details.gift is not None or (split is not None and split.is_charged_now)
    fapiao.ask(order, details.fapiao, now=now)
    _agree(order, details, totals, offer, region, language, now, charged_now=charged_now)
    writing.placed(
        order_id=order.pk,
        number=order.number,
        currency=order.currency,
        net=totals.net,
        tax=totals.tax,
        shipping_net=totals.shipping.net,
        shipping_tax=totals.shipping.tax,
    )
    if offer:
        writing.cost_agreed(order_id=order.pk, number=order.number, currency=order.currency, amount=offer.cost)
    if offer and not offer.now:
        settling.trust(order, now=now)
    Basket.objects.filter(pk=bag.pk).update(status=Basket.SUBMITTED, date_submitted=now)
    linking.used(bag, now=now)
    bag.recipients.all().delete()  # their addresses stand on the parcels now, or were not needed
    return order


def _offer(
    contents: bag_contents.Contents, totals: Totals, details: Details, region: Region, buyer: Buyer, now: datetime
) -> Offer | None:
    """The way to pay later that was chosen, checked again; None for an order paid in full. Raises WayGone."""
    if details.payment in ("full", offering.WAY):
        return None
    found = paying_later.offers_for(
        contents,
        totals,
        region=region,
        client=buyer.user,
        by_link=details.gift is not None,
        several=details.several is not None,
        now=now,
    )
    return offers.chosen(found, details.payment)


def _account(
    contents: bag_contents.Contents, totals: Totals, details: Details, region: Region, *, has_launch: bool
) -> BankAccount:
    """The account for a bank transfer, checked again. Raises WayGone."""
    account = offering.account_of(region)
    no = account and offering.why_not(
        account,
        total=totals.total,
        currency=totals.currency,
        has_launch=has_launch,
        by_link=details.gift is not None,
        several=details.several is not None,
    )
    if account is None or no:
        raise WayGone(why=no.sentence() if no else "")
    return account


def _order(
    bag: Basket,
    placement_key: uuid.UUID,
    details: Details,
    totals: Totals,
    offer: Offer | None,
    account: BankAccount | None,
    region: Region,
    language: str,
    buyer: Buyer,
    now: datetime,
) -> Order:
    # Nothing is promised before a gift is accepted, or a size is known (`giving`, `awaiting_size`); of several parcels each has
    # a day of its own.
    is_promised = not (details.gift or details.several or totals.waits_for_size)
    order = Order.objects.create(
        basket=bag,
        user=buyer.user,
        guest_email=details.email,
        contact_mobile=details.mobile,
        shipping_address=None
        if details.gift or details.several
        else _address({field: getattr(details, field) for field in FIELDS}),
        **_amounts(totals),
        has_parcels=details.several is not None,
        region_code=region.code,
        language=language,
        placement_key=placement_key,
        payment_method=(offer.kind if offer.has_plan else offer.page_method) if offer else details.payment,
        promised_on=totals.promise.on if is_promised else None,
        bench_done_on=totals.promise.bench_done_on
        if is_promised
        else totals.ready_on
        if totals.waits_for_size and not details.several
        else None,
        pay_until=offering.until(account, now=now) if account else now + PAY_WITHIN,
        terms_version=house().terms_version,
        date_placed=now,
    )
    return _placed(order)


def _parcel(whole: Order, to: Recipient, totals: Totals) -> Order:
    """One parcel of an order with several recipients: what it costs is its share of the whole, which has the money."""
    parcel = Order.objects.create(
        whole=whole,
        user=whole.user,
        guest_email=whole.guest_email,
        contact_mobile=whole.contact_mobile,
        shipping_address=_address(to.fields),
        **_amounts(totals),
        region_code=whole.region_code,
        language=whole.language,
        payment_method=whole.payment_method,
        promised_on=totals.promise.on,
        bench_done_on=totals.promise.bench_done_on,
        terms_version=whole.terms_version,
        date_placed=whole.date_placed,
    )
    return _placed(parcel)


def _address(fields: dict[str, str]) -> ShippingAddress:
    address = ShippingAddress()
    address.write(fields)
    address.save()
    return address


def _amounts(totals: Totals) -> dict[str, object]:
    return {
        "currency": totals.currency,
        "total_incl_tax": totals.total,
        "total_excl_tax": totals.total - totals.all_tax,
        "shipping_incl_tax": totals.shipping.gross,
        "shipping_excl_tax": totals.shipping.net,
    }


def _placed(order: Order) -> Order:
    OrderStatusChange.objects.create(
        order=order, old_status="", new_status=OrderState.AWAITING_PAYMENT, by=order.user, by_words="client"
    )
    return order


def _line(order: Order, item: bag_contents.Item, taxed: Taxed, lid: Taxed | None) -> Line:
    quantity = item.line.quantity
    lid_net, lid_gross = (lid.net, lid.gross) if lid else (Decimal(0), Decimal(0))
    return Line.objects.create(
        order=order,
        product=item.variant,
        stockrecord=item.line.stockrecord,
        partner=item.line.stockrecord.partner,
        partner_name=item.line.stockrecord.partner.name,
        partner_sku=item.line.stockrecord.partner_sku,
        title=item.piece.get_title(),
        upc=item.variant.upc or item.piece.upc,
        variant_words=item.words,
        num_allocated=0,
        quantity=quantity,
        line_price_incl_tax=taxed.gross,
        line_price_excl_tax=taxed.net,
        line_price_before_discounts_incl_tax=taxed.gross,
        line_price_before_discounts_excl_tax=taxed.net,
        unit_price_incl_tax=(taxed.gross - lid_gross) / quantity,
        unit_price_excl_tax=((taxed.net - lid_net) / quantity).quantize(Decimal("0.01")),
        tax_rate=taxed.rate,
        lid_incl_tax=lid_gross,
        lid_excl_tax=lid_net,
        jurisdiction=taxed.jurisdiction,
        returnable=item.inscription is None,
        right_code="final-sale-engraved" if item.inscription else "withdrawal",
    )


def _claim(item: bag_contents.Item, line: Line) -> None:
    """Units for a line. A piece made to order has none until the atelier has made it; that it is, the client has seen."""
    if item.is_made_to_order:
        return
    claiming.claim(
        order_line_id=line.pk,
        variant_id=item.variant.pk,
        quantity=item.line.quantity,
        bag_line_id=item.line.pk,
        scarce=item.piece.is_scarce,
    )


def _reserve(want: BenchWant, line: Line) -> date:
    """The bench's places for an engraved line; raises BenchFull."""
    return reserving.reserve(
        order_line_id=line.pk,
        surface=want.surface,
        method=want.method,
        quantity=want.quantity,
        not_before=want.not_before,
    )


def _promise(parcel: _Parcel) -> None:
    """What is promised is what was reserved: somebody may have taken the day that was free a moment ago."""
    order, totals, reserved = parcel.order, parcel.totals, parcel.reserved
    if totals.waits_for_size:
        order.bench_done_on = max([totals.ready_on or order.bench_done_on, *reserved])
        order.save(update_fields=["bench_done_on"])
        return
    done = max([totals.promise.bench_done_on, *reserved])
    if done == totals.promise.bench_done_on:
        return
    promise = totals.way.after_bench(done)
    _same_day(promise, parcel.agreed_day)
    order.promised_on, order.bench_done_on = promise.on, promise.bench_done_on
    order.save(update_fields=["promised_on", "bench_done_on"])


def _same_day(promise: Promise, agreed_day: date | None) -> None:
    if agreed_day and promise.on > agreed_day:
        raise DayChanged(on=promise.on, agreed=agreed_day)


def _agree(
    order: Order,
    details: Details,
    totals: Totals,
    offer: Offer | None,
    region: Region,
    language: str,
    now: datetime,
    *,
    charged_now: bool,
) -> None:
    """Terms, the plan when one was chosen, and the first attempt to be paid, whose key is stored before it is used."""
    said = {"terms": details.terms_words}
    if offer and offer.has_plan:
        said[offer.kind] = details.agreement_words
        agreeing.agree(
            order_id=order.pk,
            offer=offer,
            agreement=details.agreement_words,
            language=language,
            zone=region.time_zone,
            now=now,
        )
    for kind, words in said.items():
        Consent.objects.create(
            order=order, kind=kind, text=words, language=language, terms_version=house().terms_version, given_at=now
        )
    if order.payment_method == offering.WAY or offer and not offer.now:
        return  # by the bank, or after delivery: nothing is asked of the provider
    Attempt.objects.create(
        order=order,
        purpose="order",
        amount=offer.now if offer else totals.total,
        currency=totals.currency,
        # A hold of the bank lapses after days, long before a gift is accepted and made.
        captures_at_once=offer is not None or charged_now,
        page_method=offer.page_method if offer else CARD,
        idempotency_key=f"order:{order.number}:1",
    )
