"""Telling a client what a person decided about his text, with the link that brings it back."""

from django.utils import timezone
from django.utils.translation import gettext as _

from services.engraving import appealing
from services.engraving.models import Appeal, AppealState
from services.foundation import letters
from services.foundation.contacts.senders import sender
from services.foundation.house import house
from services.foundation.regions.links import absolute, storefront
from services.foundation.regions.roster import all_regions


def send(appeal_id: int) -> None:
    """One letter or short message. Sent again after a crash, its link takes the place of the former one."""
    found = (
        Appeal.objects.select_related("zone__piece", "for_piece").filter(pk=appeal_id).exclude(state=AppealState.WAITING).first()
    )
    if found is None:
        return
    token = appealing.new_link(found, now=timezone.now())
    link = absolute("word-appeal-decided", region=found.region_id, language=found.language, args=(token,))
    approves = found.state == AppealState.APPROVED
    with storefront(found.region_id, found.language):
        subject = _("We engrave your text") if approves else _("About the text you asked us for")
        if "@" not in found.contact:
            sender().send(found.contact, f"{house().name} {subject} {link}")
            return
        letters.send(
            "appeal",
            to=found.contact,
            subject=subject,
            about=f"appeal.{found.pk}",
            language=found.language,
            context={
                "appeal": found,
                "title": found.piece.get_title(),
                "approves": approves,
                "link": link,
                "region": all_regions()[found.region_id],
                "days": appealing.LIVES.days,
            },
        )
