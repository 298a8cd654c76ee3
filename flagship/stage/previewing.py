"""The flagship as at another moment, with drafts or a proposal, for one member of staff.

Chosen behind the shop, kept in his session, asked for anew with every request whether he may, left by a button. What is
included is pretended for the request alone: see `pretending`.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms.utils import from_current_timezone
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from catalog import proposing
from catalog.models import Proposal, ProposalKind, ProposalState
from services.foundation.regions.links import storefront
from services.foundation.regions.models import Region
from services.foundation.regions.roster import all_regions

from . import drafts
from .pretending import Preview

SESSION_KEY = "preview"
PERMISSION = "catalogue.preview_house"
#: Beside it, for a proposal; a draft asks for the permission to view it behind the shop.
PROPOSALS = "catalogue.view_proposal"
#: Farther away nothing is planned, and calendars end.
REACH = timedelta(days=5 * 366)
#: Pages that act although they are only asked for: back from the provider the payment is settled.
ACTS = ("order-return",)


def preview_of(request: HttpRequest) -> Preview | None:
    """What this visitor previews, as far as he still may; None for everybody else."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    kept = request.session.get(SESSION_KEY)
    if not isinstance(kept, dict) or not (request.user.is_staff and request.user.has_perm(PERMISSION)):
        return None
    moment, proposal_id = kept.get("moment"), kept.get("proposal")
    return Preview(
        moment=parse_datetime(moment) if moment else None,
        drafts=drafts.find(kept.get("drafts", ()), request.user),
        proposal_id=proposal_id if request.user.has_perm(PROPOSALS) else None,
        desk=kept.get("desk", ""),
    )


def may_pass(request: HttpRequest) -> bool:
    """Whether a request of somebody who previews only reads, or leaves the preview."""
    route = request.resolver_match.url_name if request.resolver_match else ""
    if route == "preview-leave":
        return True
    return request.method in ("GET", "HEAD") and route not in ACTS


class PreviewForm(forms.Form):
    """Region, language, moment, and what is included. The moment is meant in the region's zone; empty, it is the present."""

    region = forms.ModelChoiceField(Region.objects.all(), label=_("Region"), empty_label=None)
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language"))
    moment = forms.SplitDateTimeField(
        label=_("Moment"),
        required=False,
        help_text=_("In the time of the region, for example China time. Empty: the present."),
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": _("Day")},
            time_attrs={"type": "time", "aria-label": _("Time")},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
    )
    drafts = forms.MultipleChoiceField(
        label=_("Include these drafts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They are shown to you as if they were public, whatever their own moment."),
    )
    proposal = forms.ModelChoiceField(Proposal.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        asked = self.data.getlist("drafts") if self.is_bound else self.initial.get("drafts", ())
        choices = drafts.offered(user) | {key: drafts.named(row) for key, row in drafts.find(asked, user).items()}
        self.fields["drafts"].choices = choices.items()
        if user.has_perm(PROPOSALS):
            self.fields["proposal"].queryset = Proposal.objects.filter(state=ProposalState.WAITING)

    @property
    def fields_to_fill(self) -> list[Any]:
        """What stands in the form: where there is no draft, none is asked for."""
        return [
            field for field in self.visible_fields() if field.name != "drafts" or self.fields["drafts"].choices or field.errors
        ]

    @property
    def proposed(self) -> Proposal | None:
        """The proposal that this form is about."""
        asked = str(self["proposal"].value() or "")
        return self.fields["proposal"].queryset.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None

    def clean_drafts(self):
        found = drafts.find(self.cleaned_data["drafts"], self.user)
        for row in found.values():
            if sentence := drafts.lacking(row):
                raise ValidationError(sentence)
        return found

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        region, moment = cleaned.get("region"), cleaned.get("moment")
        if region and cleaned.get("language") and cleaned["language"] not in region.languages:
            self.add_error("language", _("This region is not shown in this language."))
        if region and moment:
            typed = timezone.make_naive(moment)
            try:
                with timezone.override(region.time_zone):
                    cleaned["moment"] = from_current_timezone(typed)
            except ValidationError as no:  # an hour that the clocks leave out, or that comes twice
                self.add_error("moment", no)
                return cleaned
            if abs(cleaned["moment"] - timezone.now()) > REACH:
                self.add_error("moment", _("Please choose a moment within five years."))
        return cleaned


def choose(request: HttpRequest) -> HttpResponse:
    """The page behind the shop. Its door (staff only) is the admin site's."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    if request.POST.get("act") == "leave":
        request.session.pop(SESSION_KEY, None)
        return HttpResponseRedirect(reverse("admin:preview-house"))
    form = PreviewForm(request.POST or None, user=request.user, initial=_initial(request))
    if request.method == "POST" and form.is_valid():
        return _enter(request, form.cleaned_data)
    context = {
        **admin.site.each_context(request),
        "title": _("Preview the flagship"),
        "form": form,
        "previewed": preview_of(request),
        "zones": [(region.name, region.time_zone) for region in all_regions().values()],
    }
    return TemplateResponse(request, "admin/preview.html", context, status=422 if form.errors else 200)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the form begins with: what is previewed already, and what a page behind the shop led here with."""
    kept = request.session.get(SESSION_KEY)
    kept = kept if isinstance(kept, dict) else {}
    asked = request.GET.getlist("include")
    initial: dict[str, Any] = {"drafts": [*kept.get("drafts", ()), *asked]}
    number = request.GET.get("proposal", "" if asked else str(kept.get("proposal") or ""))
    if not (request.user.has_perm(PROPOSALS) and number.isdecimal() and len(number) < 19):
        return initial
    proposal = Proposal.objects.select_related("region", "content_type").filter(pk=number, state=ProposalState.WAITING).first()
    if proposal is None:
        return initial
    initial["proposal"] = proposal.pk
    model, thing = proposal.content_type.model_class(), proposing.thing_of(proposal)
    languages = proposing.text_columns(model) if model else {}
    language = next((languages[column] for column in proposal.changes if column in languages), None)
    region = proposal.region or (thing if isinstance(thing, Region) and thing.pk in all_regions() else None)
    region = region or next((found for found in all_regions().values() if language in found.languages), None)
    if region:
        initial |= {"region": region.pk, "language": language or region.languages[0]}
    begins = proposal.starts_at or (getattr(thing, "publish_at", None) if proposal.kind == ProposalKind.PUBLIC else None)
    if region and begins and begins > timezone.now():
        # From the minute on that follows it: a form knows no seconds.
        begins = begins.astimezone(region.time_zone) + timedelta(seconds=59)
        initial["moment"] = begins.replace(second=0, microsecond=0, tzinfo=None)
    return initial


def _enter(request: HttpRequest, chosen: dict[str, Any]) -> HttpResponse:
    """Keep it, and lead to what is new in it: the proposal's page, else the draft's, else the home page."""
    moment, included, proposal = chosen["moment"], chosen["drafts"], chosen["proposal"]
    request.session[SESSION_KEY] = {
        "moment": moment.isoformat() if moment else None,
        "drafts": list(included),
        "proposal": proposal.pk if proposal else None,
        "desk": reverse("admin:preview-house"),
        "back": reverse("admin:catalogue_proposal_change", args=[proposal.pk]) if proposal else "",
    }
    with storefront(chosen["region"].code, chosen["language"]):
        seen = proposing.thing_of(proposal) if proposal else next(reversed(included.values()), None)
        return HttpResponseRedirect(drafts.page_of(seen))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Back to the proposal that was looked at, else to the home page: the page that was previewed may not be there yet."""
    kept = request.session.pop(SESSION_KEY, None)
    back = kept.get("back") if isinstance(kept, dict) else ""
    return HttpResponseRedirect(back or reverse("home"))
