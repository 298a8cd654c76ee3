from django.utils.translation import gettext as _

from services.foundation.formats import country_name, day_words, listed
from services.foundation.house import house
from services.foundation.refusal import Refusal
from services.gifting.refusals import NotPackable


class BagEmpty(Refusal):
    code = "bag-empty"

    def sentence(self) -> str:
        return _("Your bag is empty.")


class TotalChanged(Refusal):
    """Facts: total (new), agreed."""

    code = "total-changed"

    def sentence(self) -> str:
        return _("The total has changed since you saw it. Please look at it again and confirm.")


class DayChanged(Refusal):
    """Facts: on (new), agreed."""

    code = "day-changed"

    def sentence(self) -> str:
        return _("The day of delivery has changed since you saw it. Please look at it again and confirm.")


class GiftOrSizer(Refusal):
    """A sizer travels before its piece, and nobody knows yet where a gift by link goes."""

    code = "gift-or-sizer"

    def sentence(self) -> str:
        return _(
            "A sizer travels to an address, and a gift by link has none yet. "
            "Please take the sizer off in your bag, or give an address."
        )


class LidEngraved(NotPackable):
    """Words of the client's are to stand on the lid of the box. Facts: name (of the box)."""

    code = "lid-engraved"

    def sentence(self) -> str:
        return _(
            "Your words are engraved on the lid of “%(name)s”, so the box stays. "
            "For another box, please leave its lid plain first, while the engraver has not begun."
        ) % {"name": self.facts["name"]}


class PayFirst(Refusal):
    """Words on a lid that cost something are left out once they are paid for, and paid back."""

    code = "pay-first"

    def sentence(self) -> str:
        return _(
            "Your order is not paid yet, and its sum is fixed until then. "
            "Please pay it first, then leave the words out and have their price back; or cancel the order."
        )


class PlanChanged(Refusal):
    code = "plan-changed"

    def sentence(self) -> str:
        return _("The instalments have changed since you saw them. Please look at them again and confirm.")


class PriceGone(Refusal):
    """Facts: title."""

    code = "price-gone"

    def sentence(self) -> str:
        return _("%(title)s is not offered in your region at the moment. Please take it out of your bag.") % self.facts


class Withdrawn(Refusal):
    """Facts: title."""

    code = "withdrawn"

    def sentence(self) -> str:
        return _("%(title)s is no longer available. Please take it out of your bag; the other pieces stay.") % self.facts


class CannotCancel(Refusal):
    code = "cannot-cancel"

    def sentence(self) -> str:
        return _("The bench has already taken up your order, so it cannot be cancelled here. Please ask our client advisers.")


class SeveralOrSizer(Refusal):
    """A sizer travels to whoever will wear the piece, and the surprise would be gone."""

    code = "several-or-sizer"

    def sentence(self) -> str:
        return _(
            "A sizer would travel before the piece, so an order with a sizer goes to one address. "
            "Please take the sizer off in your bag, or order that piece by itself."
        )


class PiecesWithoutRecipient(Refusal):
    """Facts: titles."""

    code = "pieces-without-recipient"

    def sentence(self) -> str:
        return _("Please say who receives these pieces: %(titles)s.") % {"titles": listed(self.facts["titles"])}


class OneRecipient(Refusal):
    code = "one-recipient"

    def sentence(self) -> str:
        return _("All pieces go to one person. Please give another one a piece, or choose “I know the address”.")


class TooManyRecipients(Refusal):
    """Facts: most."""

    code = "too-many-recipients"

    def sentence(self) -> str:
        return _("One order goes to %(most)s people at most. Please place another order for the others.") % self.facts


class NotSentThere(Refusal):
    """Customs papers would travel with the parcel and say what it cost. Facts: country, name (may be empty)."""

    code = "not-sent-there"

    def sentence(self) -> str:
        return _(
            "We cannot send a parcel to %(country)s with this order: the customs papers would travel with it and show the price. "
            "Please order in our house there (choose the region at the foot of the page), "
            "or ask our client advisers: %(email)s, %(phone)s."
        ) % {"country": country_name(self.facts["country"]), "email": house().adviser_email, "phone": house().adviser_phone}


class AdviserCancels(Refusal):
    """The house cancels paid orders of this region by its advisers."""

    code = "adviser-cancels"

    def sentence(self) -> str:
        return _("To cancel this order, please ask our client advisers: %(email)s, %(phone)s.") % {
            "email": house().adviser_email,
            "phone": house().adviser_phone,
        }


class DepositBinds(Refusal):
    code = "deposit-binds"

    def sentence(self) -> str:
        return _(
            "The balance can be paid now, so that the deposit binds you and the house. "
            "If you cannot keep the order, please write to an adviser."
        )


class InReview(Refusal):
    code = "in-review"

    def sentence(self) -> str:
        return _("We are checking your order once more. As soon as that is done, you can change it here.")


class TooManyChanges(Refusal):
    code = "too-many-changes"

    def sentence(self) -> str:
        return _(
            "This order was changed many times today. Please try again tomorrow, or ask our advisers: %(email)s, %(phone)s."
        ) % {"email": house().adviser_email, "phone": house().adviser_phone}


class TooLate(Refusal):
    """Packed, or ended: the client can change nothing himself any more. Facts: ended."""

    code = "too-late"

    def sentence(self) -> str:
        if self.facts["ended"]:
            return _("This order has ended, so there is nothing left to change.")
        return _(
            "Your parcel is packed, so this can no longer be changed here. Please ask our client advisers: %(email)s, %(phone)s."
        ) % {"email": house().adviser_email, "phone": house().adviser_phone}


class SeenBefore(Refusal):
    """The form shows what has been changed since, in another tab perhaps."""

    code = "seen-before"

    def sentence(self) -> str:
        return _(
            "This was changed since you opened the page. Please look at what stands here now and, if you wish, change it again."
        )


class EngravingBegun(Refusal):
    """The bench has scanned the job's card."""

    code = "engraving-begun"

    def sentence(self) -> str:
        return _(
            "The engraver has taken up your piece, so its engraving can no longer be changed here. "
            "Please ask our client advisers: %(email)s, %(phone)s."
        ) % {"email": house().adviser_email, "phone": house().adviser_phone}


class OtherBench(Refusal):
    """Another place on the piece that is done in another way, or takes longer: the day at the bench would not hold."""

    code = "other-bench"

    def sentence(self) -> str:
        return _(
            "This place is engraved in another way, on another day. Our client advisers gladly arrange it: %(email)s, %(phone)s."
        ) % {"email": house().adviser_email, "phone": house().adviser_phone}


class SizeKnown(Refusal):
    """The size was confirmed before, in another tab perhaps, or the piece waits for none."""

    code = "size-known"

    def sentence(self) -> str:
        return _(
            "The size of this piece is confirmed already. For any change, please ask our client advisers: %(email)s, %(phone)s."
        ) % {
            "email": house().adviser_email,
            "phone": house().adviser_phone,
        }


class SizeNotOffered(Refusal):
    """Another size than the page offered: it does not exist, or costs otherwise."""

    code = "size-not-offered"

    def sentence(self) -> str:
        return _(
            "This size cannot be confirmed here. Please choose another, or ask our client advisers: %(email)s, %(phone)s."
        ) % {
            "email": house().adviser_email,
            "phone": house().adviser_phone,
        }


class SizeGone(Refusal):
    """Facts: size."""

    code = "size-gone"

    def sentence(self) -> str:
        return _(
            "Size %(size)s has just gone to somebody else. The piece you ordered is still yours. "
            "Please choose another size, or ask our client advisers: %(email)s, %(phone)s."
        ) % {"size": self.facts["size"], "email": house().adviser_email, "phone": house().adviser_phone}


class ProofDiffers(Refusal):
    """The same text looks otherwise in the size that is confirmed. Facts: size."""

    code = "proof-differs"

    def sentence(self) -> str:
        return _(
            "In size %(size)s your engraving is laid out anew. Please look at its proof and confirm it; then the size is kept."
        ) % {"size": self.facts["size"]}


class SizerUnknown(Refusal):
    code = "sizer-unknown"

    def sentence(self) -> str:
        return _("No sizer of this code is to be sent. Please look at the list: its label may be out of date.")


class SizerElsewhere(Refusal):
    """Facts: state (where it is now)."""

    code = "sizer-elsewhere"

    def sentence(self) -> str:
        from .order.states import SizerState

        return _("This sizer is “%(state)s” by now; please look at the list again.") % {
            "state": SizerState(self.facts["state"]).label
        }


class LeaveOutOnPage(Refusal):
    code = "leave-out-on-page"

    def sentence(self) -> str:
        return _("To have the piece without an engraving, please choose “Leave out the engraving” on the page of your order.")


class AlreadySo(Refusal):
    """Nothing differs, so nothing is written."""

    code = "already-so"

    def sentence(self) -> str:
        return _("Your order already says exactly this; nothing was changed.")


class CostsOtherwise(Refusal):
    """Another place with another tax or charge. Facts: field (beside which it is said)."""

    code = "costs-otherwise"

    def sentence(self) -> str:
        return _(
            "There, tax, delivery or total would be different, so we cannot change it here. "
            "Our client advisers gladly arrange it: %(email)s, %(phone)s."
        ) % {"email": house().adviser_email, "phone": house().adviser_phone}


class LaterDay(Refusal):
    """What is asked for moves the promise, and the client has not agreed to the new day. Facts: on (new), before."""

    code = "later-day"

    def sentence(self) -> str:
        return _("With this change your order can be in your hands on %(on)s instead of %(before)s. Please confirm the day.") % {
            "on": day_words(self.facts["on"]),
            "before": day_words(self.facts["before"]),
        }


class DayNotPossible(Refusal):
    """A day that cannot be asked for. Facts: why ("none", "early", "late", "rest"), first, last, next (after a day of rest)."""

    code = "day-not-possible"

    def sentence(self) -> str:
        first, last = day_words(self.facts["first"]), day_words(self.facts["last"])
        if self.facts["why"] == "rest":
            return _("Our couriers rest on this day. The next on which they deliver is %(next)s.") % {
                "next": day_words(self.facts["next"])
            }
        return _("Please choose a day from %(first)s to %(last)s.") % {"first": first, "last": last}


class ChangedMeanwhile(Refusal):
    """The client changed the order after the packing bench opened its page. Facts: number."""

    code = "changed-meanwhile"

    def sentence(self) -> str:
        return (
            _(
                "The client has changed order %(number)s since you opened this page. "
                "Please look at it again and print the packing slip anew."
            )
            % self.facts
        )


class TooManyReceipts(Refusal):
    """Papers of one order were asked for too often within an hour."""

    code = "too-many-receipts"

    def sentence(self) -> str:
        return _("This paper was opened very often within the last hour. Please try again later, or ask an adviser for it.")


class GiftAccepted(Refusal):
    """The giver would take back what its recipient has accepted."""

    code = "gift-accepted"

    def sentence(self) -> str:
        return _(
            "Your gift has been accepted, so it cannot be taken back here. Please ask our client advisers: %(email)s, %(phone)s."
        ) % {"email": house().adviser_email, "phone": house().adviser_phone}


class GiftEngraved(Refusal):
    """The giver would change the engraving of what its recipient has accepted."""

    code = "gift-engraved"

    def sentence(self) -> str:
        return _(
            "Your gift has been accepted, so its engraving can no longer be changed here. "
            "Please ask our client advisers: %(email)s, %(phone)s."
        ) % {"email": house().adviser_email, "phone": house().adviser_phone}


class NoGiftLink(Refusal):
    """The country the giver named, or the region, has no gifts by link."""

    code = "no-gift-link"

    def sentence(self) -> str:
        return _("We cannot send a gift by link there. Please choose another country, or give the address.")


class OtherCountry(Refusal):
    """The recipient would have a gift sent to another country than the giver named. Facts: country."""

    code = "other-country"

    def sentence(self) -> str:
        return _(
            "This gift can be delivered within %(country)s. "
            "For another place, please ask our client advisers: %(email)s, %(phone)s."
        ) % {
            "country": country_name(self.facts["country"]),
            "email": house().adviser_email,
            "phone": house().adviser_phone,
        }


class NothingToPay(Refusal):
    """A part of a plan that is paid, or cannot be paid now."""

    code = "nothing-to-pay"

    def sentence(self) -> str:
        return _("There is nothing to pay here at the moment.")


class PartUnderWay(Refusal):
    """A part is being collected this minute, or paid on another page."""

    code = "part-under-way"

    def sentence(self) -> str:
        return _("This payment is under way. Please look again in a few minutes; nothing is taken twice.")


class NoCardNeeded(Refusal):
    """Nothing more is collected from a card, or the provider knows the client's card no longer."""

    code = "no-card-needed"

    def sentence(self) -> str:
        return _("No card is kept for this plan. What is still to come can be paid here part by part.")


class NothingChosen(Refusal):
    code = "nothing-chosen"

    def sentence(self) -> str:
        return _("Please choose what you would like to pay.")


class AskedOften(Refusal):
    """The payment page of one plan was opened too often within the hour."""

    code = "asked-often"

    def sentence(self) -> str:
        return _("The payment page was opened very often within the hour. Please try again later, or ask our client advisers.")
