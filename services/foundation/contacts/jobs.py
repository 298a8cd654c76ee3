"""Sending codes, from the outbox."""

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from services.foundation import letters
from services.foundation.house import house
from services.foundation.outbox.posting import handles

from .models import Code
from .proving import LIVES, digits_of
from .senders import sender


@handles("contacts.code")
def send_code(row: int) -> None:
    """Send a code by e-mail or SMS, in the client's language."""
    found = Code.objects.filter(pk=row).first()
    if found is None:  # so old that it was forgotten
        return
    contact, code, minutes = found.contact, digits_of(found), int(LIVES.total_seconds()) // 60
    with translation.override(found.language):
        if "@" not in contact:
            words = ngettext(
                "%(code)s is your code for %(house)s. It is valid for %(minutes)s minute. Please do not pass it on.",
                "%(code)s is your code for %(house)s. It is valid for %(minutes)s minutes. Please do not pass it on.",
                minutes,
            )
            sender().send(contact, words % {"code": code, "house": house().name, "minutes": minutes})
            return
        letters.send(
            "code",
            to=contact,
            subject=_("Your code: %(code)s") % {"code": code},
            about=f"code.{found.pk}",
            language=found.language,
            context={"code": code, "minutes": minutes},
        )
