"""`python -m tests.houses.walking`: open the house named in HOUSE, walk through all its rooms, and print what was seen as JSON.

A process of its own, since a house is read once, at the start of a process.
"""

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import django


def pages(client, starts: list[str]) -> dict[str, str]:
    """Every page that links lead to from these, by address."""
    seen: dict[str, str] = {}
    waiting = list(starts)
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        answer = client.get(address, follow=True)
        body = answer.content.decode("utf-8", "replace")
        if answer.status_code != 200:
            body = f"status {answer.status_code}: {body}"
        seen[address] = body
        found = re.findall(r'href="(/[a-z]{2}/[a-z-]+/[^"#?]*)', body)
        waiting += [link for link in found if link not in seen]
    return seen


def letters_of(order) -> dict[str, str]:
    """Every letter about an order as it leaves: sender, subject and both parts."""
    from django.core import mail

    found = {}
    for name, write, row in letters_to_write(order):
        mail.outbox.clear()
        write(*row)
        (sent,) = mail.outbox
        found[name] = whole(sent)
    return found


def whole(sent) -> str:
    """A letter as it leaves: sender, subject and both parts."""
    return "\n".join([sent.from_email, *sent.reply_to, sent.subject, sent.body, sent.alternatives[0][0]])


def letters_to_write(order) -> list[tuple[str, Callable[..., None], tuple[int, ...]]]:
    """Letters of every kind, the function that writes each, and what it is asked with: an order, a change, a part of a plan."""
    from django.utils import timezone

    from checkout import arrears_letters, letters, plan_letters
    from checkout.order.models import OrderChange
    from services.deferred.models import Part, Plan

    now = timezone.now()
    change = OrderChange.objects.create(order=order, kind="address", before={"name": "Anna"}, after={"name": "Zoé"}, at=now)
    plan = Plan.objects.create(order=order, total=order.total_incl_tax, currency=order.currency, agreed_at=now, language="en")
    half = order.total_incl_tax / 2
    paid = Part.objects.create(plan=plan, number=1, due_on=now.date(), amount=half)
    failed = Part.objects.create(
        plan=plan, number=2, due_on=now.date(), amount=half, state="declined", tries=1, failures=1, failed_at=now, next_try_at=now
    )
    about_order = [(name, getattr(letters, name), (order.pk,)) for name in ("confirmed", "dispatched", "cancelled", "lapsed")]
    return [
        *about_order,
        ("changed", letters.changed, (change.pk,)),
        ("part_paid", plan_letters.part_paid, (paid.pk,)),
        ("part_declined", arrears_letters.part_declined, (failed.pk, failed.tries)),
    ]


def code_letter(client) -> str:
    """The letter with which a client signs in."""
    from django.core import mail

    from tests.makers import work_off

    mail.outbox.clear()
    client.post("/uk/en/sign-in/", {"contact": "anna@client.example"})
    work_off()
    return "\n".join(whole(sent) for sent in mail.outbox)


def paper(pdf: bytes) -> str:
    """What a PDF says, its title first."""
    from pypdf import PdfReader

    read = PdfReader(io.BytesIO(pdf))
    return "\n".join([read.metadata.title, *(page.extract_text() for page in read.pages)])


def papers_of(order) -> dict[str, str]:
    """The slip, and the receipt in every language of the house."""
    from checkout import receipts, slips
    from checkout.order.reading import read
    from services.foundation.house import house

    found = {"slip": paper(slips.pdf_of(order))}
    spoken = order.language
    for language in house().languages:
        order.language = language
        found[f"receipt {language}"] = paper(receipts.pdf_of(order, read(order)))
    order.language = spoken
    return found


ROOMS = ("", "orders/", "addresses/", "addresses/new/", "sizes/", "wishes/", "plans/", "contact/", "privacy/", "privacy/erase/")


def rooms(order, starts: list[str]) -> dict[str, str]:
    """Every room of a signed-in client, with what he ordered in it, and the pages of his order."""
    from django.test import Client

    from tests.makers import client_of

    user = client_of("zoe")
    order.user = user
    order.save()
    client = Client()
    client.force_login(user)
    wanted = [f"{start}account/{room}" for start in starts for room in ROOMS]
    wanted += [f"/uk/en/orders/{order.number}/{page}" for page in ("", "change/address/", "change/day/")]
    found = {}
    for address in wanted:
        answer = client.get(address)
        found[f"{address} (signed in)"] = answer.content.decode() if answer.status_code == 200 else f"status {answer.status_code}"
    return found


def collected() -> dict[str, str]:
    """The house's own static files under the names a browser asks for."""
    from django.conf import settings
    from django.contrib.staticfiles.storage import staticfiles_storage

    found = {}
    for name in ("house/house.css", "house/front.css", "house/mark.svg"):
        served = staticfiles_storage.stored_name(name)
        found[served] = (Path(settings.STATIC_ROOT) / served).read_text(encoding="utf-8")
    return found


def walk() -> dict[str, object]:
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client
    from django.test.utils import setup_test_environment

    from checkout import letters
    from flagship.run import staff_address
    from services.foundation.regions.roster import all_regions
    from services.gifting import wrapping
    from tests.makers import fill, place, variant

    call_command("prepare")
    setup_test_environment()
    client = Client(headers={"Accept-Language": "en"})
    starts = [f"/{region.code}/{language}/" for region in all_regions().values() for language in region.languages]
    wish = wrapping.Wish("midnight", "silk", "For noon.")
    bag = fill(variant("meridian-one", metal="steel"), region="uk", engraved="A & P 14.II", gift=wish)
    order = place(bag, country="GB", city="London", line1="9 Clerkenwell Green", postcode="EC1R 0DE", mobile="+442079460001")
    link = letters.order_link(order).removeprefix(settings.SITE_URL)
    for start in starts:
        client.post(f"{start}bag/add/", {"piece": "meridian-one", "metal": "steel", "size": ""})
    more = [
        f"{start}{page}"
        for start in starts
        for page in (
            "pieces/meridian-one/engrave/",
            "pieces/meridian-one/gift/",
            "search/?q=watch",
            "launches/meridian-two/",
            "checkout/",
            "nothing/",
        )
    ]
    return {
        "starts": starts,
        "pages": pages(client, [*starts, *more, link]),
        "letters": {**letters_of(order), "code": code_letter(client)},
        "papers": papers_of(order),
        "rooms": rooms(order, starts),
        "static": collected(),
        "sitemap": client.get("/sitemap.xml").content.decode(),
        "outside": {
            address: client.get(address, follow=True).content.decode()
            for address in ("/staff/login/", "/robots.txt", "/nothing/")
        },
        "favicon": client.get("/favicon.ico")["Location"],
        "door": {tag: client.get("/", headers={"Accept-Language": tag})["Location"] for tag in ("fr-CH", "en-GB", "zh-CN")},
        "chinese": client.get("/ch/zh-hans/").status_code,
        "maintenance": (settings.VAR / "maintenance" / "index.html").read_text(encoding="utf-8"),
        "sender": settings.DEFAULT_FROM_EMAIL,
        "staff": staff_address({"HOUSE": settings.HOUSE}),
        "media": sorted(str(file.relative_to(settings.MEDIA_ROOT)) for file in Path(settings.MEDIA_ROOT).rglob("*.*")),
    }


if __name__ == "__main__":
    django.setup()
    with open(sys.argv[1], "w", encoding="utf-8") as seen:
        json.dump(walk(), seen)
