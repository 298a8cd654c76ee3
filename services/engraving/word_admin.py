"""The words a market does not engrave, and the appeals of clients about them."""

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from services.foundation.readonly import ReadOnlyAdmin
from services.foundation.refusal import Refusal
from services.foundation.texts_admin import TextsAdmin

from . import appealing, word_rules
from .faces import FACES
from .models import Appeal, AppealState, WordRule

DECIDE = "engraving.decide_appeal"


@admin.register(WordRule)
class WordRuleAdmin(TextsAdmin):
    """A rule needs a reason, which clients read, an owner, and a second person."""

    list_display = ("word", "region", "reason", "owner", "since")
    list_filter = ("region",)
    search_fields = ("word", "owner")

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        word_rules.forget()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        word_rules.forget()


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    """Texts that a rule refused, and that a client asked a person about: one decides, and the client reads why."""

    change_form_template = "admin/appeal_page.html"
    list_display = ("__str__", "word", "region", "made_at", "state", "decided_by")
    list_filter = ("state", "region")
    list_select_related = ("region", "decided_by")
    search_fields = ("typed", "contact", "word")
    fields = (
        *("text", "word", "region", "piece", "zone", "typeface", "words", "contact", "language", "made_at"),
        *("state", "answer", "decided_by", "decided_at"),
    )
    readonly_fields = fields

    class Media:
        css = {"all": ["css/merchandising.css"]}

    @admin.display(description=_("text"))
    def text(self, appeal):
        return appeal.typed

    @admin.display(description=_("piece"))
    def piece(self, appeal):
        return appeal.piece

    @admin.display(description=_("typeface"))
    def typeface(self, appeal):
        return FACES[appeal.face].name if appeal.face in FACES else appeal.face

    def get_urls(self):
        act = path("<int:pk>/decide/", self.admin_site.admin_view(self.decide), name="engraving_appeal_decide")
        return [act, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        found = Appeal.objects.filter(pk=object_id).first() if object_id.isdecimal() and len(object_id) < 19 else None
        extra = {
            "may_decide": found is not None and found.state == AppealState.WAITING and request.user.has_perm(DECIDE),
            "language_name": dict(settings.LANGUAGES).get(found.language, found.language) if found else "",
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **extra})

    def decide(self, request, pk):
        """Engrave it or not. POST only; a Refusal becomes a sentence."""
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        back = HttpResponseRedirect(reverse("admin:engraving_appeal_change", args=[pk]))
        if request.method != "POST" or request.POST.get("act") not in ("approve", "decline"):
            return back
        try:
            approves, answer = request.POST["act"] == "approve", request.POST.get("answer", "")
            appealing.decide(pk, approves=approves, answer=answer, by_id=request.user.pk, now=timezone.now())
            self.message_user(request, _("Decided. The client is written to."))
        except Appeal.DoesNotExist:
            return HttpResponseRedirect(reverse("admin:engraving_appeal_changelist"))
        except Refusal as no:
            self.message_user(request, no.sentence(), messages.ERROR)
        return back
