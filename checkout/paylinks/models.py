"""An adviser's link to pay: a bag made for a client, with its pieces set aside until a moment."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .states import OPEN_LINKS, LinkState


class PayLink(models.Model):
    """One bag for one client. The link's secret follows from the seed (`linking`); the row keeps its hash alone."""

    bag = models.OneToOneField("basket.Basket", models.PROTECT, related_name="pay_link", verbose_name=_("bag"))
    state = models.CharField(_("state"), max_length=12, choices=LinkState, default=LinkState.WAITING)
    region_code = models.CharField(_("region"), max_length=8)
    language = models.CharField(_("language"), max_length=10)
    client_name = models.CharField(_("client"), max_length=120)
    email = models.EmailField(_("e-mail"))
    words = models.CharField(_("words to the client"), max_length=280, blank=True)
    expires_at = models.DateTimeField(_("until"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    seed = models.CharField(max_length=64, editable=False)
    secret_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    adviser = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("adviser"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("link to pay")
        verbose_name_plural = _("links to pay")
        ordering = ["-made_at", "-pk"]
        permissions = [("make_paylink", "Can make links to pay, and cancel them")]
        indexes = [models.Index(fields=["expires_at"], name="paylink_open", condition=models.Q(state__in=OPEN_LINKS))]

    def __str__(self) -> str:
        return f"{self.client_name} {self.made_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_LINKS


class PayLinkMove(models.Model):
    """Who moved a link, and when. Rows are never changed."""

    link = models.ForeignKey(PayLink, models.CASCADE, related_name="moves", verbose_name=_("link to pay"))
    old_state = models.CharField(_("before"), max_length=12, blank=True)
    new_state = models.CharField(_("after"), max_length=12)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    by_words = models.CharField(_("by"), max_length=40)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("move of a link to pay")
        verbose_name_plural = _("moves of links to pay")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.old_state} → {self.new_state}"
