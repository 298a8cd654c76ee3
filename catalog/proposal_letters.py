"""Telling a proposer what became of his proposal."""

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from services.foundation.house import house

from .models import Proposal, ProposalState


def send(proposal: int) -> None:
    """A short letter in the proposer's language. To nobody who left or has no e-mail address."""
    found = Proposal.objects.select_related("by", "decided_by").filter(pk=proposal).first()
    if found is None or found.by is None or not found.by.email or not found.by.is_active:
        return
    with translation.override(found.by.language or settings.LANGUAGE_CODE):
        facts = {"about": found.about, "who": found.decided_by or "–", "reason": found.reason}
        if found.state == ProposalState.APPROVED:
            subject = _("Approved: %(about)s") % facts
            words = _("%(who)s approved what you proposed for “%(about)s”.") % facts
        else:
            subject = _("Not approved: %(about)s") % facts
            words = _("%(who)s did not approve what you proposed for “%(about)s”: %(reason)s") % facts
        link = settings.SITE_URL + reverse("admin:catalogue_proposal_change", "flagship.urls", [found.pk])
        send_mail(" ".join(subject.split()), f"{words}\n\n{link}\n", house().mail_from, [found.by.email])
