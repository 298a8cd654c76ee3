"""Work after a commit, from the outbox."""

from django.utils import translation
from django.utils.translation import gettext as _

from services.foundation import letters
from services.foundation.contacts.senders import sender
from services.foundation.house import house
from services.foundation.outbox.posting import handles

from . import erasing
from .models import ContactChange


@handles("clients.end_sessions")
def end_sessions(client_id: int) -> None:
    """Wherever an erased client is still signed in, he no longer is."""
    erasing.end_sessions(client_id)


@handles("clients.contact_changed")
def tell_the_old_contact(change_id: int) -> None:
    """Whoever was reached there until now hears of it, in case it was somebody else."""
    change = ContactChange.objects.select_related("client").filter(pk=change_id).first()
    if change is None:  # erased since
        return
    language = change.client.language or house().first_language
    with translation.override(language):
        if "@" not in change.old:
            words = _("%(house)s: another contact took the place of this number. Was it not you? Please call us: %(phone)s")
            sender().send(change.old, words % {"house": house().name, "phone": house().adviser_phone})
            return
        letters.send(
            "contact_changed",
            to=change.old,
            subject=_("We reach you elsewhere from now on"),
            about=f"contact-changed.{change.pk}",
            language=language,
            context={},
        )
