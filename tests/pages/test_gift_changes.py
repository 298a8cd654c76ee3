"""Until it is packed a gift's recipient changes address and day; until it is accepted its giver changes the engraving."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from checkout import engraving_changes, giving
from checkout.order.models import Order, OrderChange
from checkout.order.states import OrderState
from services.delivery.models import Transit
from services.engraving.models import Inscription, Job
from services.foundation.regions.models import Region
from services.gifting import links
from services.gifting.models import GiftLink
from tests import makers
from tests.makers import BY_LINK, RECIPIENT, given, proven, work_off
from tests.pages.doing import field, ticked
from tests.pages.test_gift_links import ADDRESS, address, day_of, open_gift

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

MOVED = ADDRESS | {"line1": "1 place Bellecour", "postcode": "69002", "city": "Lyon"}


def accepted(client, standin, **more) -> GiftLink:
    """A gift that its recipient has accepted, in this browser; nothing of it waits in the outbox."""
    gift = given(standin, **more)
    page = open_gift(client, gift)
    client.post(address(gift), {**ADDRESS, "act": "accept", "day": day_of(page)})
    gift.refresh_from_db()
    assert gift.is_accepted
    work_off()
    mail.outbox.clear()
    return gift


def shown(client, gift: GiftLink, what: str) -> dict[str, str]:
    page = client.get(address(gift, f"{what}/")).content.decode()
    return {"shown": field(page, "shown"), "act": "keep"}


def a_week_after(promise):
    """A working day a week after a promise."""
    later = promise + timedelta(days=7)
    return later + timedelta(days=max(0, 7 - later.weekday()) if later.weekday() > 4 else 0)


class TestTheRecipient:
    def test_changes_the_address_and_is_written_to(self, client, standin):
        gift = accepted(client, standin, engraved="A & P")
        page = client.get(address(gift)).content.decode()
        assert "You can change this yourself until your parcel is packed" in page and "/address/" in page and "/day/" in page
        sent = MOVED | shown(client, gift, "address")
        done = client.post(address(gift, "address/"), sent, follow=True).content.decode()
        assert "1 place Bellecour" in done and "Recipient and address are changed" in done
        change = OrderChange.objects.get()
        assert (change.by_words, change.by, change.after["city"]) == ("recipient", None, "Lyon")
        work_off()
        assert [letter.to for letter in mail.outbox] == [[gift.contact]]
        assert "1 place Bellecour" in mail.outbox[0].body and "Was it not you?" in mail.outbox[0].body

    def test_asks_for_a_later_day_and_takes_it_back(self, client, standin):
        gift = accepted(client, standin)
        promise = Order.objects.get().promise
        later = a_week_after(promise)
        sent = {"on": later.isoformat()} | shown(client, gift, "day")
        assert "Your day is noted" in client.post(address(gift, "day/"), sent, follow=True).content.decode()
        assert Order.objects.get().due_on == later
        back = shown(client, gift, "day") | {"act": "back", "day": promise.isoformat()}
        assert "taken back" in client.post(address(gift, "day/"), back, follow=True).content.decode()
        assert Order.objects.get().due_on == promise

    def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(self, client, standin):
        gift = accepted(client, standin)
        answer = client.post(address(gift, "address/"), MOVED | shown(client, gift, "address") | {"postcode": "6"})
        page = answer.content.decode()
        assert answer.status_code == 422 and 'id="postcode-error"' in page and "1 place Bellecour" in page
        answer = client.post(address(gift, "day/"), {"on": "soon"} | shown(client, gift, "day"))
        assert answer.status_code == 422 and 'id="on-error"' in answer.content.decode() and "soon" in answer.content.decode()

    def test_another_country_is_not_taken(self, client, standin):
        gift = accepted(client, standin)
        client.post(address(gift, "address/"), MOVED | shown(client, gift, "address") | {"country": "DE"})
        assert Order.objects.get().shipping_address.country_id == "FR"

    def test_a_later_day_is_shown_and_confirmed_first(self, client, standin):
        gift = accepted(client, standin)
        order = Order.objects.get()
        Transit.objects.update_or_create(
            region=Region.objects.get(pk="eu"), country="FR", subdivision="", defaults={"days": 9, "charge": 0}
        )
        sent = MOVED | shown(client, gift, "address")
        answer = client.post(address(gift, "address/"), sent)
        page = answer.content.decode()
        assert answer.status_code == 409 and "Change it: in your hands on" in page and "1 place Bellecour" in page
        client.post(address(gift, "address/"), sent | {"day": field(page, "day")})
        moved = Order.objects.get()
        assert moved.promise > order.promise and moved.shipping_address.line4 == "Lyon"

    def test_once_packed_is_told_whom_to_ask_and_keeps_what_was_typed(self, client, standin):
        gift = accepted(client, standin)
        sent = MOVED | shown(client, gift, "address")
        makers.pack(Order.objects.get())
        answer = client.post(address(gift, "address/"), sent)
        page = answer.content.decode()
        assert answer.status_code == 409 and "Your parcel is packed" in page and "1 place Bellecour" in page
        assert "7 quai du Lac" in client.get(address(gift)).content.decode()
        for what in ("address", "day"):
            told = client.get(address(gift, f"{what}/"), follow=True).content.decode()
            assert "Your parcel is packed" in told and "What you can still change" not in told

    def test_of_two_tabs_the_second_sees_what_the_first_wrote(self, client, standin):
        gift = accepted(client, standin)
        sent = MOVED | shown(client, gift, "address")
        client.post(address(gift, "address/"), sent)
        answer = client.post(address(gift, "address/"), sent | {"city": "Dijon"})
        assert answer.status_code == 409 and "changed since you opened the page" in answer.content.decode()
        assert Order.objects.get().shipping_address.line4 == "Lyon"

    def test_twenty_changes_a_day_are_enough(self, client, standin):
        gift = accepted(client, standin)
        order = Order.objects.get()
        for _change in range(20):
            OrderChange.objects.create(order=order, kind="day", by_words="recipient", at=timezone.now())
        answer = client.post(address(gift, "address/"), MOVED | shown(client, gift, "address"))
        assert answer.status_code == 409 and "changed many times today" in answer.content.decode()

    def test_nobody_else_opens_it(self, client, standin):
        gift = accepted(client, standin)
        giver = Client()
        giver.get(f"/eu/en/orders/{gift.order.number}/?key={gift.order.access_key}")
        for somebody in (Client(), giver):
            for what in ("address", "day"):
                assert somebody.get(address(gift, f"{what}/"))["Location"] == address(gift)
                assert somebody.post(address(gift, f"{what}/"), MOVED)["Location"] == address(gift)
        links_before = address(gift)
        assert client.get(links_before.replace(links.secret_of(gift), "A" * 43) + "address/").status_code == 404
        assert not OrderChange.objects.exists()

    def test_before_it_is_accepted_there_is_nothing_to_change(self, client, standin):
        gift = given(standin)
        open_gift(client, gift)
        assert client.get(address(gift, "address/"))["Location"] == address(gift)
        assert client.post(address(gift, "day/"), {"on": "2027-01-04"})["Location"] == address(gift)

    def test_with_a_mobile_hears_of_it_in_a_message(self, client, standin, settings):
        from services.foundation.contacts.senders import MemorySender

        settings.SMS_SENDER = "services.foundation.contacts.senders.MemorySender"
        gift = proven(given(standin, by_link=replace(BY_LINK, contact="+33698765432")))
        giving.accept(gift, RECIPIENT, not_before=None, agreed_day=None, language="en", now=timezone.now())
        work_off()
        MemorySender.sent.clear()
        session = client.session
        session["gifts"] = [gift.secret_sha256]
        session.save()
        client.post(address(gift, "address/"), MOVED | shown(client, gift, "address"))
        work_off()
        (to, text), *_none = MemorySender.sent
        assert to == "+33698765432" and "Your change is noted" in text and links.secret_of(gift) in text


class TestTheGiver:
    def giver(self, gift: GiftLink) -> Client:
        browser = Client()
        browser.get(f"/eu/en/orders/{gift.order.number}/?key={gift.order.access_key}")
        return browser

    def panel(self, gift: GiftLink) -> str:
        kept = Inscription.objects.get(order_line__order=gift.order)
        line = gift.order.lines.get().pk
        return f"/eu/en/orders/{gift.order.number}/change/engraving/{line}/of/{engraving_changes.version(kept)}/"

    def test_changes_the_engraving_until_it_is_accepted_and_agrees_anew(self, client, standin):
        gift = given(standin, engraved="A & P")
        work_off()
        mail.outbox.clear()
        giver = self.giver(gift)
        home = giver.get(f"/eu/en/orders/{gift.order.number}/").content.decode()
        assert "You can change the engraving until Berthe accepts your gift" in home and self.panel(gift) in home
        sent = ticked(giver, self.panel(gift), "B & P")
        refused = giver.post(self.panel(gift), {name: value for name, value in sent.items() if name != "final_sale"})
        assert refused.status_code == 422 and Inscription.objects.get(order_line__order=gift.order).text == "A & P"
        consents = gift.order.consents.count()
        done = giver.post(self.panel(gift), sent, follow=True).content.decode()
        assert "B &amp; P" in done and gift.order.consents.count() > consents
        work_off()
        assert [letter.to for letter in mail.outbox] == [["anna@client.example"]]
        page = open_gift(client, gift)
        assert "B &amp; P" in page
        client.post(address(gift), {**ADDRESS, "act": "accept", "day": day_of(page)})
        assert Job.objects.get().inscription.text == "B & P"

    def test_leaves_it_out(self, client, standin):
        gift = given(standin, engraved="A & P")
        giver = self.giver(gift)
        off = self.panel(gift).partition("of/")[0] + "off/"
        page = giver.get(off).content.decode()
        assert "Leave out the engraving" in page and "with this gift" in page
        assert "comes without its engraving" in giver.post(off, {"shown": field(page, "shown")}, follow=True).content.decode()
        page = open_gift(client, gift)
        client.post(address(gift), {**ADDRESS, "act": "accept", "day": day_of(page)})
        assert not Job.objects.exists() and Order.objects.get().lines.get().returnable

    def test_not_after(self, client, standin):
        gift = given(standin, engraved="A & P")
        giver, panel = self.giver(gift), self.panel(gift)
        sent = ticked(giver, panel, "B & P")
        giving.accept(proven(gift), RECIPIENT, not_before=None, agreed_day=None, language="en", now=timezone.now())
        answer = giver.post(panel, sent)
        assert (
            answer.status_code in (409, 422) and "accepted, so its engraving can no longer be changed" in answer.content.decode()
        )
        off = panel.partition("of/")[0] + "off/"
        for page in (giver.get(panel, follow=True), giver.post(off, {"shown": "x"}, follow=True)):
            assert "accepted, so its engraving can no longer be changed" in page.content.decode()
        assert Inscription.objects.get(order_line__order=gift.order).text == "A & P" and not OrderChange.objects.exists()
        assert "until Berthe accepts" not in giver.get(f"/eu/en/orders/{gift.order.number}/").content.decode()

    @pytest.mark.parametrize("what", ["change/address/", "change/day/"])
    def test_nothing_else(self, client, standin, what):
        gift = given(standin, engraved="A & P")
        giver = self.giver(gift)
        assert giver.get(f"/eu/en/orders/{gift.order.number}/{what}").status_code == 404
        assert giver.post(f"/eu/en/orders/{gift.order.number}/{what}", MOVED).status_code == 404

    def test_a_gift_that_has_ended_is_left_as_it_was(self, client, standin):
        gift = given(standin, engraved="A & P")
        giver, panel = self.giver(gift), self.panel(gift)
        sent = ticked(giver, panel, "B & P")
        giving.decline(proven(gift), now=timezone.now())
        assert Order.objects.get().status == OrderState.CANCELLED
        giver.post(panel, sent)
        assert Inscription.objects.get(order_line__order=gift.order).text == "A & P" and not OrderChange.objects.exists()
