"""Letters about a link to pay, in the language that the adviser chose."""

from django.utils import timezone
from django.utils.translation import gettext as _

from checkout.basket import contents
from services.foundation import letters
from services.foundation.regions.links import absolute, storefront
from services.foundation.regions.roster import all_regions

from . import linking
from .models import PayLink


def address_of(link: PayLink) -> str:
    """The address that opens the bag."""
    return absolute("pay-link", region=link.region_code, language=link.language, args=(linking.secret_of(link),))


def written(link_id: int, why: str) -> None:
    """That pieces are set aside ("made"), or not for long any more ("reminder"). Not sent when it is over meanwhile."""
    link = PayLink.objects.select_related("bag", "adviser").get(pk=link_id)
    now = timezone.now()
    if linking.is_over(link, now=now):
        return
    region = all_regions()[link.region_code]
    with storefront(link.region_code, link.language), timezone.override(region.time_zone):
        subject = {
            "made": _("Your pieces are set aside for you"),
            "reminder": _("Your pieces are set aside for a little while yet"),
        }[why]
        letters.send(
            "pay_link",
            to=link.email,
            subject=subject,
            about=f"pay-link-{why}.{link.pk}",
            language=link.language,
            context={
                "pay_link": link,
                "why": why,
                "found": contents.of(link.bag, region=region, now=now),
                "region": region,
                "link": address_of(link),
            },
        )
