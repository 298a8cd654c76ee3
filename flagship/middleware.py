"""Region, language and clock of a request, pretended for those who preview; the headers every answer carries."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import set_script_prefix
from django.utils import timezone, translation

from flagship.stage import previewing
from flagship.stage.pretending import pretended
from services.foundation.regions.links import storefront
from services.foundation.regions.models import Region
from services.foundation.regions.roster import region_of_address

Answer = Callable[[HttpRequest], HttpResponse]


class RegionMiddleware:
    """Takes `/{region}/{language}` off the address and makes it the script prefix.

    So `reverse()` and `{% url %}` answer addresses of the same region and language without naming them, and the views of
    the storefront know nothing of prefixes.
    """

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()
        request.region = None
        request.language = None
        parts = request.path_info.split("/", 3)
        region = region_of_address(parts[1]) if len(parts) > 2 else None
        if region is None or parts[2] not in region.languages:
            set_script_prefix("/")
            with translation.override(self._staff_language(request)):
                return self.get_response(request)
        if len(parts) == 3:  # `/cn/fr` without its last slash
            return HttpResponseRedirect(request.path_info + "/")
        request.region, request.language = region, parts[2]
        request.path_info = "/" + parts[3]
        request.urlconf = settings.STOREFRONT_URLCONF
        with storefront(parts[1], parts[2]), timezone.override(region.time_zone):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", parts[2])
            return response

    @staticmethod
    def _staff_language(request: HttpRequest) -> str:
        return translation.get_language_from_request(request)


class PreviewMiddleware:
    """Shows the storefront as it would be to a member of staff who previews it (see `flagship.stage.previewing`).

    At a pretended time nothing may happen: only reading is let through, and leaving; and whatever a page wrote while it was
    read, such as a hold that grows longer, is taken back with all that was pretended.
    """

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.preview = previewing.preview_of(request) if request.region is not None else None
        if request.preview is None:
            return self.get_response(request)
        with pretended(request.preview, now=request.now):
            request.now = request.preview.moment or request.now
            request.region = region_of_address(request.region.code) or request.region  # its own texts may be what is proposed
            response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Refuse what would act, once the address is resolved."""
        if request.preview is None or previewing.may_pass(request):
            return None
        return render(request, "stage/preview_refused.html", status=403)


class NulMiddleware:
    """A NUL in an address or a form is nobody's typing and no database takes it: answered with 400 before any view."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Look once the address is resolved, so that the answer can carry the house's links."""
        sent = [request.path_info, *(v for _k, values in request.GET.lists() for v in values)]
        if request.method == "POST" and request.content_type != "application/json":
            sent += [v for _k, values in request.POST.lists() for v in values]
        if not any("\x00" in text for text in sent):
            return None
        return render(request, "400.html", {"has_control_character": True}, status=400)


#: Pages with what is known of a client: in no cache, not even the browser's.
PERSONAL = ("/orders/", "/account/", "/gift/")
#: Pages on which a client types: in no shared cache; the browser keeps what stands in their fields for the back button.
TYPED = ("/bag/", "/checkout/", "/wishes/", "/sign-in/")


class HeadersMiddleware:
    """Headers beyond Django's own: no powerful feature is ever needed, and no other origin may embed us."""

    def __init__(self, get_response: Answer):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if getattr(request, "region", None) is None and request.path.startswith("/staff/"):
            response.headers["Cache-Control"] = "no-store, private"
        elif request.path_info.startswith(PERSONAL):
            response.headers.setdefault("Cache-Control", "private, no-store")
        elif request.path_info.startswith(TYPED):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def region_or_none(request: HttpRequest) -> Region | None:
    """The region of a storefront request; None behind the shop."""
    return getattr(request, "region", None)
