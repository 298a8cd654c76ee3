"""Sending codes, from the outbox."""

from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from services.foundation.house import house
from services.foundation.outbox.posting import handles

from .models import Code
from .proving import digits_of
from .senders import sender


@handles("contacts.code")
def send_code(row: int) -> None:
    """Send a code by e-mail or SMS, in the client's language."""
    found = Code.objects.filter(pk=row).first()
    if found is None:  # so old that it was forgotten
        return
    contact, code = found.contact, digits_of(found)
    with translation.override(found.language):
        text = _("%(code)s is your code for %(house)s. It is valid for ten minutes. Please do not pass it on.") % {
            "code": code,
            "house": house().name,
        }
        if "@" in contact:
            send_mail(_("Your code: %(code)s") % {"code": code}, text, house().mail_from, [contact])
        else:
            sender().send(contact, text)
