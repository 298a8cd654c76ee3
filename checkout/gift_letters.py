"""Letters about a gift by link. The giver's never say where it goes; the recipient's never say what it cost, nor open its order.

A recipient who named a mobile number gets the same in a text message.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from services.foundation import letters
from services.foundation.contacts.senders import sender
from services.foundation.formats import date_words, day_words, quoted, zone_words
from services.foundation.house import house
from services.foundation.regions.links import absolute, storefront
from services.foundation.regions.roster import all_regions
from services.gifting import links
from services.gifting.models import GiftLink, GiftState

from .letters import order_link, receipt_link
from .order.models import OrderChange
from .order.reading import read


@dataclass(frozen=True)
class Words:
    """What one letter says: its subject is its title; ``button`` leads to the gift."""

    title: str
    paragraphs: tuple[str, ...] = ()
    button: str = ""


def gift_link(gift: GiftLink) -> str:
    """The address that opens a gift, for whoever proves its contact."""
    order = gift.order
    return absolute("gift", region=order.region_code, language=_language(gift), args=(links.secret_of(gift),))


def _language(gift: GiftLink) -> str:
    spoken = all_regions()[gift.order.region_code].languages
    return gift.language if gift.language in spoken else gift.order.language


def until_words(gift: GiftLink) -> str:
    """Until when it waits, with the hour, in the region's zone, which is named: its recipient may live in another."""
    zone = all_regions()[gift.order.region_code].time_zone
    end = gift.expires_at.astimezone(zone)
    facts = {"day": date_words(end), "hour": f"{end:%H:%M}", "zone": zone_words(zone)}
    return _("%(day)s, %(hour)s (%(zone)s)") % facts


def _gift(gift_id: int) -> GiftLink:
    return GiftLink.objects.select_related("order__user").get(pk=gift_id)


# To the giver


def _to_giver(gift: GiftLink, kind: str, words: Words, *, link: str = "") -> None:
    order = gift.order
    if not order.email:
        sender().send(order.contact_mobile, f"{house().name} {words.title} {order_link(order)}")
        return
    letters.send(
        "gift_to_giver",
        to=order.email,
        subject=words.title,
        about=f"gift-{kind}.{order.number}",
        language=order.language,
        context={
            "view": read(order),
            "order": order,
            "region": all_regions()[order.region_code],
            "link": order_link(order),
            "receipt_link": receipt_link(order),
            "words": words,
            "gift_link": link,
        },
    )


def ready(gift_id: int) -> None:
    """Paid: the link, until when it waits, and what happens next."""
    gift = _gift(gift_id)
    if not gift.is_open:
        return
    with storefront(gift.order.region_code, gift.order.language):
        said = [_("It waits for them until %(until)s. If it is not accepted by then, all you paid goes back to you.")]
        if gift.house_writes:
            said.append(_("We have sent them the link, as you asked. You can also pass it on yourself:"))
        else:
            said.append(
                _("Please pass this link on; only %(name)s can open it, with a code that we send to the contact you named:")
            )
        facts = {"until": until_words(gift), "name": gift.recipient}
        words = Words(_("Thank you: your gift for %(name)s is ready") % facts, tuple(each % facts for each in said))
        _to_giver(gift, "ready", words, link=gift_link(gift))


def accepted(gift_id: int) -> None:
    """To the giver: it was accepted."""
    gift = _gift(gift_id)
    with storefront(gift.order.region_code, gift.order.language):
        words = Words(
            _("%(name)s has accepted your gift") % {"name": gift.recipient},
            (_("We prepare it now. Where it goes stays between us and the recipient; you need do nothing."),),
        )
        _to_giver(gift, "accepted", words)


def ended(gift_id: int) -> None:
    """To the giver: it was declined, or nobody accepted it in time."""
    gift = _gift(gift_id)
    with storefront(gift.order.region_code, gift.order.language):
        name = {"name": gift.recipient}
        if gift.state == GiftState.DECLINED:
            title = _("%(name)s would rather not accept your gift") % name
            first = _("We were told so kindly, and without a reason; we did not ask for one.")
        else:
            title = _("Your gift for %(name)s was not accepted in time") % name
            first = _("The link is closed, and the pieces are free again.")
        back = _("What was paid goes back to your card; your bank may take some days.")
        _to_giver(gift, "ended", Words(title, (first, back)))


def thanks(gift_id: int) -> None:
    """To the giver: the recipient's note."""
    gift = _gift(gift_id)
    if not gift.thanks:
        return
    with storefront(gift.order.region_code, gift.order.language):
        _to_giver(gift, "thanks", Words(_("%(name)s thanks you") % {"name": gift.recipient}, (quoted(gift.thanks),)))


# To the recipient


def _to_recipient(gift: GiftLink, kind: str, words: Words) -> None:
    if not gift.contact:  # forgotten since
        return
    link = gift_link(gift) if words.button else ""
    if "@" not in gift.contact:
        sender().send(gift.contact, " ".join(each for each in (f"{house().name}:", words.title, link) if each))
        return
    letters.send(
        "gift_to_recipient",
        to=gift.contact,
        subject=words.title,
        about=f"gift-{kind}-to.{gift.order.number}",
        language=_language(gift),
        context={"words": words, "link": link, "region": all_regions()[gift.order.region_code]},
    )


def _title_of_waiting(gift: GiftLink) -> str:
    if gift.giver:
        return _("A gift from %(giver)s is waiting for you") % {"giver": gift.giver}
    return _("A gift is waiting for you")


def invite(gift_id: int) -> None:
    """To the recipient, where the giver asked us to: the link."""
    gift = _gift(gift_id)
    if not gift.is_open:
        return
    with storefront(gift.order.region_code, _language(gift)):
        words = Words(
            _title_of_waiting(gift),
            (
                _("Open it, and tell us where and when we may bring it. A code that we send you shows that it is you."),
                _("It waits for you until %(until)s.") % {"until": until_words(gift)},
            ),
            _("Open the gift"),
        )
        _to_recipient(gift, "invite", words)


def reminder(gift_id: int, number: int) -> None:
    """Called to mind: to the recipient if he has heard of it from us or has opened it, else to the giver."""
    gift = _gift(gift_id)
    if not gift.is_open:
        return
    if gift.house_writes or gift.state == GiftState.OPENED:
        with storefront(gift.order.region_code, _language(gift)):
            until = _("It waits for you until %(until)s.") % {"until": until_words(gift)}
            _to_recipient(gift, f"reminder-{number}", Words(_title_of_waiting(gift), (until,), _("Open the gift")))
        return
    with storefront(gift.order.region_code, gift.order.language):
        facts = {"name": gift.recipient, "until": until_words(gift)}
        words = Words(
            _("Your gift for %(name)s has not been opened yet") % facts,
            (_("It waits until %(until)s. Perhaps the link has not arrived; here it is once more:") % facts,),
        )
        _to_giver(gift, f"reminder-{number}", words, link=gift_link(gift))


def noted(gift_id: int) -> None:
    """To the recipient: what was noted, and the day."""
    gift = _gift(gift_id)
    order = gift.order
    with storefront(order.region_code, _language(gift)):
        day = _("In your hands on %(day)s.") % {"day": day_words(order.due_on)} if order.due_on else ""
        words = Words(
            _("Your gift is being prepared"),
            tuple(each for each in (day, _("On its page you can follow it, and send a word of thanks.")) if each),
            _("See your gift"),
        )
        _to_recipient(gift, "noted", words)


def changed(change_id: int) -> None:
    """To the recipient: what he changed himself, and what to do if it was somebody else. The giver hears nothing of it."""
    change = OrderChange.objects.select_related("order").get(pk=change_id)
    gift = _gift(change.order.gift_link.pk)
    with storefront(gift.order.region_code, _language(gift)):
        advisers = {"email": house().adviser_email, "phone": house().adviser_phone}
        words = Words(
            _("Your change is noted"),
            (
                *(_("%(what)s: %(value)s") % {"what": what, "value": after or "–"} for what, _before, after in change.rows),
                _("In your hands on %(day)s.") % {"day": day_words(gift.order.due_on)},
                _("Was it not you? Please tell our client advisers at once: %(email)s, %(phone)s.") % advisers,
            ),
            _("See your gift"),
        )
        _to_recipient(gift, f"changed-{change.pk}", words)


def on_its_way(gift_id: int) -> None:
    """To the recipient: it has left the house."""
    gift = _gift(gift_id)
    with storefront(gift.order.region_code, _language(gift)):
        adult = _("An adult must sign for it; please have an identity document ready.")
        _to_recipient(gift, "on-its-way", Words(_("Your gift is on its way"), (adult,), _("See your gift")))


def new_day(gift_id: int, change_id: int) -> None:
    """To the recipient: the house cannot keep the day it promised."""
    gift = _gift(gift_id)
    with storefront(gift.order.region_code, _language(gift)):
        day = {"day": day_words(gift.order.due_on)}
        sorry = _("We are sorry: we cannot keep the day we promised. In your hands on %(day)s.") % day
        _to_recipient(gift, f"new-day-{change_id}", Words(_("A new day for your gift"), (sorry,), _("See your gift")))


def withdrawn(gift_id: int) -> None:
    """To the recipient: it will not come."""
    gift = _gift(gift_id)
    with storefront(gift.order.region_code, _language(gift)):
        _to_recipient(gift, "withdrawn", Words(_("The gift is no longer waiting for you"), (_("It was taken back."),)))
