"""Short ways to the states that tests begin with. Everything goes through the house's own doors."""

import uuid
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from catalog.models import Product
from checkout import changing, fulfilling, giving, placement, settling
from checkout.basket import bags, contents
from checkout.basket.models import Basket
from checkout.order.models import Line, Order
from checkout.packing import bench
from checkout.packing.models import Photograph
from checkout.totals import Destination, Totals, compute
from flagship.clients.models import User
from services.engraving import commissioning
from services.engraving.models import Zone
from services.foundation.contacts.models import Code
from services.foundation.contacts.proving import digits_of
from services.foundation.outbox import delivering
from services.foundation.outbox.models import Job as OutboxJob
from services.foundation.regions.links import storefront
from services.foundation.regions.models import Region
from services.foundation.units.models import Unit
from services.gifting import links, wrapping
from services.gifting.models import GiftLink
from services.launches.models import Launch

DETAILS = placement.Details(
    email="anna@client.example",
    mobile="+33612345678",
    name="Anna Test",
    country="FR",
    subdivision="",
    city="Paris",
    district="",
    line1="12 rue de Rivoli",
    line2="",
    postcode="75001",
    payment="full",
    terms_words="I accept",
    agreement_words="I agree",
)


#: A gift by link for a friend of Anna's, and where that friend lives.
BY_LINK = links.Wish("Berthe", "berthe@friend.example", "FR", giver="Anna", message="For your new home.")
RECIPIENT = changing.Recipient(
    name="Berthe Ami",
    mobile="+33698765432",
    country="FR",
    subdivision="",
    city="Annecy",
    district="",
    line1="7 quai du Lac",
    line2="",
    postcode="74000",
)


def buyer(name: str = "anna", user: User | None = None) -> bags.Buyer:
    """Somebody at a bag: a guest, or a signed-in client."""
    return bags.Buyer(user, bags.digest("client", name), bags.digest("network", name))


def client_of(name: str) -> User:
    """A client whose e-mail address is verified."""
    return User.objects.create_user(f"{name}@client.example", email_verified_at=timezone.now())


def variant(slug: str = "halo-band", *, metal: str = "yellow", size: str = "") -> Product:
    """A variant of a demo piece."""
    found = Product.objects.filter(parent__slug=slug, metal_id=metal).order_by("position")
    return found.filter(size=size).get() if size else found[0]


def keep_units(of: Product, number: int) -> None:
    """Leave a variant exactly this many free units."""
    Unit.objects.filter(variant=of).delete()
    for n in range(number):
        Unit.objects.create(variant=of, serial=f"{of.upc}-T{n}", edition_number=n + 1)


def open_launch(slug: str = "arc-bangle-small-diamonds", *, limit: int = 1) -> Launch:
    """Open a piece's launch a minute ago."""
    found = Launch.objects.get(piece__slug=slug)
    found.opens_at, found.limit_per_client = timezone.now() - timedelta(minutes=1), limit
    found.save()
    return found


def engraving(piece: Product, text: str = "A & P 14.II", face: str = "roman") -> commissioning.Wish:
    return commissioning.Wish(piece.piece.engraving_zones.first().pk, face, text, True, True)


def on_lid(text: str = "For Berthe", face: str = "roman", box: str = "garnet") -> commissioning.Wish:
    """Words for the lid of a box, agreed to."""
    return commissioning.Wish(Zone.objects.get(box__code=box).pk, face, text, True, True)


GIFT = wrapping.Wish("garnet", "champagne", "For you,\nalways.")


def fill(
    piece: Product,
    *,
    who: bags.Buyer | None = None,
    region: str = "eu",
    quantity: int = 1,
    engraved: str = "",
    gift=None,
    lid: commissioning.Wish | None = None,
) -> Basket:
    """A bag with one piece."""
    who = who or buyer()
    bag = Basket.objects.create(owner=who.user, region_code=region, placement_key=uuid.uuid4())
    add(bag, piece, who=who, quantity=quantity, engraved=engraved, gift=gift, lid=lid)
    return bag


def add(
    bag: Basket,
    piece: Product,
    *,
    who: bags.Buyer | None = None,
    quantity: int = 1,
    engraved: str = "",
    gift=None,
    lid: commissioning.Wish | None = None,
):
    """Put a piece into a bag."""
    wish = engraving(piece, engraved) if engraved else None
    return bags.add(
        bag,
        piece,
        quantity=quantity,
        engraving=wish,
        gift=gift,
        lid=lid,
        buyer=who or buyer(),
        language="en",
        now=timezone.now(),
    )


def totals_of(bag: Basket, details: placement.Details = DETAILS) -> Totals:
    """What the checkout page would show."""
    now, region = timezone.now(), Region.objects.get(pk=bag.region_code)
    found = contents.of(bag, region=region, now=now)
    return compute(found, region=region, to=Destination(details.country, details.subdivision), now=now)


def total_of(bag: Basket, details: placement.Details = DETAILS) -> Decimal:
    """The total the checkout page would show."""
    return totals_of(bag, details).total


def place(
    bag: Basket,
    *,
    who: bags.Buyer | None = None,
    agreed: Decimal | None = None,
    day: date | None = None,
    key: uuid.UUID | None = None,
    language: str = "en",
    **changed,
) -> Order:
    """Place a bag as the checkout page of its region does, in a language."""
    region = Region.objects.get(pk=bag.region_code)
    details = replace(DETAILS, **changed)
    with storefront(bag.region_code, language):
        return placement.place(
            bag_id=bag.pk,
            placement_key=key or bag.placement_key,
            details=details,
            agreed_total=total_of(bag, details) if agreed is None else agreed,
            agreed_day=day,
            region=region,
            language=language,
            buyer=who or buyer(),
            now=timezone.now(),
        )


def attempt_of(order: Order):
    return order.attempts.order_by("pk").last()


def pay(order: Order, standin, number: str = "4242424242424242") -> Order:
    """Open the provider's page, pay on it as a client would, and hear of it."""
    page = settling.open_page(order, now=timezone.now())
    standin.pay(page, number)
    settling.settle(attempt_of(order).pk, now=timezone.now())
    order.refresh_from_db()
    return order


def given(
    standin, *, by_link: links.Wish = BY_LINK, slug: str = "halo-band", engraved: str = "", gift=None, lid=None, **changed
) -> GiftLink:
    """A gift by link that is paid and waits for its recipient."""
    order = pay(place(fill(variant(), engraved=engraved, gift=gift, lid=lid), gift=by_link, **changed), standin)
    return GiftLink.objects.select_related("order").get(order=order)


def proven(gift: GiftLink) -> GiftLink:
    """The recipient writes the code that was sent to the contact the giver named."""
    code = Code.objects.create(contact=gift.contact, network_key="recipient")
    giving.prove(gift, digits_of(code), now=timezone.now())
    gift.refresh_from_db()
    return gift


def packer() -> int:
    """Somebody at the packing bench."""
    return User.objects.get_or_create(email="bench@house.example", defaults={"is_staff": True, "name": "Bench"})[0].pk


def fill_box(order: Order, *, by_id: int | None = None) -> None:
    """Scan every part that is still open, read the cards back and photograph the box."""
    by_id, now = by_id or packer(), timezone.now()
    for part in bench.checklist(order).parts:
        if not part.is_done:
            bench.scan(order, part.code or made_piece(part.line_id), by_id=by_id, now=now)
    for card in bench.checklist(order).cards:
        bench.read_back(order, card.line_id, card.code, by_id=by_id, now=now)
    Photograph.objects.create(order=order, by_id=by_id, at=timezone.now(), is_ready=True, width=1600, height=1200)


def made_piece(line_id: int | None) -> str:
    """The serial of a piece that the atelier has made for an order's line."""
    variant_id = Line.objects.values_list("product_id", flat=True).get(pk=line_id)
    return Unit.objects.create(variant_id=variant_id, serial=f"MADE-{line_id}").serial


def pack(order: Order, *, by_id: int | None = None) -> None:
    """Everything a packer does, to the seal."""
    by_id = by_id or packer()
    fill_box(order, by_id=by_id)
    close(order, by_id=by_id, seen=bench.last_change(order))


def close(order: Order, *, by_id: int | None = None, seen: int | None = None) -> None:
    """The last act at the bench: the seal."""
    fulfilling.pack(order, seal=f"SEAL-{order.number}", by_id=by_id or packer(), now=timezone.now(), seen=seen)


def work_off(rounds: int = 3) -> list[str]:
    """Do what waits in the outbox, as the worker would; returns the names of the work done."""
    done = []
    for _round in range(rounds):
        for job_id in delivering.due_jobs():
            if delivering.deliver(job_id):
                done.append(OutboxJob.objects.get(pk=job_id).name)
    return done
