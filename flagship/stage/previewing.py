"""The flagship as at another moment, for one member of staff: chosen behind the shop, kept in his session, left by a button."""

from datetime import datetime, timedelta

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

from services.foundation.regions.models import Region
from services.foundation.regions.roster import all_regions

SESSION_KEY = "preview"
PERMISSION = "catalogue.preview_house"
#: Farther away nothing is planned, and calendars end.
REACH = timedelta(days=5 * 366)
#: Pages that act although they are only asked for: back from the provider the payment is settled.
ACTS = ("order-return",)


def moment_of(request: HttpRequest) -> datetime | None:
    """The moment at which this visitor sees the storefront, if he previews it and still may; else None."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    kept = request.session.get(SESSION_KEY)
    moment = parse_datetime(kept) if kept else None
    if moment is None or not (request.user.is_staff and request.user.has_perm(PERMISSION)):
        return None
    return moment


def may_pass(request: HttpRequest) -> bool:
    """Whether a request of somebody who previews only reads, or leaves the preview."""
    route = request.resolver_match.url_name if request.resolver_match else ""
    if route == "preview-leave":
        return True
    return request.method in ("GET", "HEAD") and route not in ACTS


class PreviewForm(forms.Form):
    """Region, language and moment. The moment is meant in the region's zone."""

    region = forms.ModelChoiceField(Region.objects.all(), label=_("Region"), empty_label=None)
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language"))
    moment = forms.SplitDateTimeField(
        label=_("Moment"),
        help_text=_("In the time of the region, for example China time."),
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": _("Day")},
            time_attrs={"type": "time", "aria-label": _("Time")},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
    )

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
    form = PreviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        request.session[SESSION_KEY] = chosen["moment"].isoformat()
        return HttpResponseRedirect(f"/{chosen['region'].code}/{chosen['language']}/")
    kept = request.session.get(SESSION_KEY)
    context = {
        **admin.site.each_context(request),
        "title": _("Preview the flagship"),
        "form": form,
        "previewed": parse_datetime(kept) if kept else None,
        "zones": [(region.name, region.time_zone) for region in all_regions().values()],
    }
    return TemplateResponse(request, "admin/preview.html", context, status=422 if form.errors else 200)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Back to the present, on the home page: the page that was previewed may not be there yet."""
    request.session.pop(SESSION_KEY, None)
    return HttpResponseRedirect(reverse("home"))
