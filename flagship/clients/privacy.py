"""How we reach a client, and what he decides of his data: another contact, a copy of everything, erasing."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from checkout.basket.bags import network_key
from services.foundation.contacts import addresses, proving
from services.foundation.refusal import Refusal

from . import erasing, reaching, telling
from .doors import signed_in

#: The contact that waits for its code.
PENDING = "new-contact"


@signed_in
def contact(request: HttpRequest) -> HttpResponse:
    """Another e-mail address or mobile number: first step."""
    typed, refusal = request.POST.get("contact", ""), None
    if request.method == "POST":
        try:
            wanted = addresses.contact(typed, country=request.region.countries[0])
            if wanted in (request.user.email, request.user.mobile):
                messages.info(request, _("This is how we reach you already."))
                return HttpResponseRedirect(reverse("account"))
            proving.send(wanted, network_key=network_key(request), language=request.language, now=request.now)
            request.session[PENDING] = wanted
            return HttpResponseRedirect(reverse("account-contact-code"))
        except Refusal as no:
            refusal = no
    context = {"room": "overview", "typed": typed, "refusal": refusal}
    return render(request, "clients/contact.html", context, status=422 if refusal else 200)


@signed_in
def contact_code(request: HttpRequest) -> HttpResponse:
    """Second step: the six digits sent to the new contact."""
    wanted = request.session.get(PENDING)
    if not wanted:
        return HttpResponseRedirect(reverse("account-contact"))
    refusal = None
    if request.method == "POST":
        try:
            reaching.change(request.user, wanted, request.POST.get("code", ""), now=request.now)
            request.user.refresh_from_db()
            update_session_auth_hash(request, request.user)  # signed in elsewhere, one is not any more
            del request.session[PENDING]
            messages.success(request, _("Saved: from now on we reach you at %(contact)s.") % {"contact": wanted})
            return HttpResponseRedirect(reverse("account"))
        except reaching.ContactNotSaved as no:
            del request.session[PENDING]
            messages.error(request, no.sentence())
            return HttpResponseRedirect(reverse("account-contact"))
        except Refusal as no:
            refusal = no
    context = {"room": "overview", "contact": wanted, "refusal": refusal}
    return render(request, "clients/contact_code.html", context, status=422 if refusal else 200)


@signed_in
def privacy(request: HttpRequest) -> HttpResponse:
    """What we keep and why, a copy of it, and the way to erase it."""
    return render(request, "clients/privacy.html", {"room": "privacy"})


@signed_in
def data(request: HttpRequest) -> HttpResponse:
    """Everything we keep of the client, as a JSON file."""
    answer = JsonResponse(
        telling.everything(request.user, now=request.now), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    answer["Content-Disposition"] = f'attachment; filename="my-data-{request.now:%Y-%m-%d}.json"'
    return answer


def confirmation() -> str:
    """The word a client types to have his account erased, in the active language."""
    return _("erase")


@signed_in
def erase(request: HttpRequest) -> HttpResponse:
    """What will be gone and what stays; the typed word; then farewell."""
    typed, wrong = request.POST.get("confirmation", ""), False
    no = erasing.what_is_open(request.user)
    if request.method == "POST" and no is None:
        wrong = typed.strip().casefold() != confirmation().casefold()
        if not wrong:
            try:
                erasing.erase(request.user, now=request.now)
                logout(request)
                messages.success(request, _("Your account is erased. Thank you for the time you were with us."))
                return HttpResponseRedirect(reverse("home"))
            except Refusal as late:  # an order placed in another tab meanwhile
                no = late
    context = {"room": "privacy", "no": no, "typed": typed, "wrong": wrong, "word": confirmation()}
    refused = wrong or (no is not None and request.method == "POST")
    return render(request, "clients/erase.html", context, status=422 if refused else 200)
