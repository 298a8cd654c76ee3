"""What somebody sees who was sent a link to a proof: piece, proof and letters, no price and nobody's name; and his answer.

The link's token opens the page once in each browser and then leaves the address: the page is kept with the session.
"""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from services.engraving import second_looks
from services.engraving.lettering import letters_of
from services.engraving.lookalikes import lookalikes
from services.engraving.models import Answer, Inscription, SecondLook
from services.engraving.refusals import AnsweredOften, JobTakenUp, LookEnded
from services.foundation.counting import asked
from services.foundation.formats import listed
from services.foundation.refusal import Refusal
from services.foundation.visitors import network_key

from .models import Product
from .panels import SVG_HEADERS
from .private_pages import AN_HOUR, OPENED, private
from .zone_pictures import laid_on, picture_of, piece_picture

SESSION_KEY = "looks"
#: What one network may answer in an hour.
ANSWERED = 30


def _gone(request: HttpRequest, *, status: int = 404) -> HttpResponse:
    return private(render(request, "catalog/second_look_gone.html", {"is_many": status == 429}, status=status))


@require_GET
def opened(request: HttpRequest, token: str) -> HttpResponse:
    """The link itself: its page from now on belongs to this session, and the token leaves the address bar."""
    if asked(f"look:{network_key(request)}", seconds=AN_HOUR) > OPENED:
        return private(_gone(request, status=429), referrer="no-referrer")
    look = second_looks.find(token, now=request.now)
    if look is None:
        return private(_gone(request), referrer="no-referrer")
    seen = request.session.get(SESSION_KEY, [])
    request.session[SESSION_KEY] = [*(pk for pk in seen if pk != look.pk), look.pk][-20:]
    return private(HttpResponseRedirect(reverse("second-look", args=[look.pk])), referrer="no-referrer")


def _own(request: HttpRequest, pk: int) -> SecondLook | None:
    """A look whose link this session has opened, while it lasts. Raises Http404 for those it has not."""
    if pk not in request.session.get(SESSION_KEY, []):
        raise Http404
    return second_looks.standing_at(pk, now=request.now)


def _metal(kept: Inscription) -> str:
    line = kept.order_line or kept.bag_line
    return (line.product.metal_id if line and line.product else "") or ""


def _piece(kept: Inscription) -> Product | None:
    """The piece itself; of a lid, the one that lies under it."""
    line = kept.order_line or kept.bag_line
    return kept.zone.piece or (line.product.piece if line and line.product else None)


def look(request: HttpRequest, pk: int) -> HttpResponse:
    """The proof, letter by letter, and two answers: it is right, or please look again."""
    found = _own(request, pk)
    if found is None:
        return _gone(request)
    refusal = None
    if request.method == "POST":
        try:
            if asked(f"look-answer:{network_key(request)}", seconds=AN_HOUR) > ANSWERED:
                raise AnsweredOften()
            second_looks.answer(
                pk,
                approves=request.POST.get("act") == "approve",
                name=request.POST.get("name", ""),
                note=request.POST.get("note", ""),
                now=request.now,
            )
            return private(HttpResponseRedirect(reverse("second-look", args=[pk]), status=303))
        except Refusal as no:
            refusal = no
    kept = found.inscription
    standing = second_looks.standing(found)
    if standing is second_looks.Standing.CHANGED:
        return private(render(request, "catalog/second_look_gone.html", {"is_changed": True}, status=404))
    picture = picture_of(kept.zone, _metal(kept)) or piece_picture(kept.zone, _metal(kept))
    context = {
        "look": found,
        "inscription": kept,
        "piece": _piece(kept),
        "picture": picture,
        "is_on_picture": bool(laid_on(kept, picture)),
        "letters": letters_of(kept.text),
        "alike": listed(alike.words for alike in lookalikes(kept.text)),
        "is_open": standing is second_looks.Standing.OPEN,
        "can_answer": standing is second_looks.Standing.OPEN and found.times < second_looks.MOST_ANSWERS,
        "approved": found.answer == Answer.APPROVED,
        "typed": {name: request.POST.get(name, getattr(found, name))[:500] for name in ("name", "note")},
        "refusal": refusal,
        "is_final": isinstance(refusal, LookEnded | JobTakenUp | AnsweredOften),
        "most_of_name": second_looks.MOST_OF_NAME,
        "most_of_note": second_looks.MOST_OF_NOTE,
    }
    return private(render(request, "catalog/second_look.html", context, status=422 if refusal else 200))


@require_GET
def on_piece(request: HttpRequest, pk: int) -> HttpResponse:
    """The proof as it lies on the piece's picture."""
    found = _own(request, pk)
    if found is None or second_looks.standing(found) is second_looks.Standing.CHANGED:
        raise Http404
    kept = found.inscription
    drawn = laid_on(kept, picture_of(kept.zone, _metal(kept)))
    if not drawn:
        raise Http404
    return private(HttpResponse(drawn, content_type="image/svg+xml", headers=SVG_HEADERS))
