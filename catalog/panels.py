"""The engraving and gift panels of a piece: what is kept here goes into the bag with it."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from services.engraving import commissioning, proof
from services.engraving.faces import FACES
from services.engraving.inscription import Layout, lay_out
from services.engraving.models import Inscription, Zone
from services.foundation.house import house
from services.foundation.refusal import Refusal
from services.gifting import wrapping
from services.gifting.models import OptionKind, PackingOption

from . import crafts
from .models import Picture, Product

SVG_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'none'", "X-Content-Type-Options": "nosniff"}


def _piece(slug: str) -> Product:
    return get_object_or_404(Product, slug=slug, parent=None, is_public=True)


def _chosen(request: HttpRequest) -> str:
    """Metal and size as a query, so that they come along to the panel and back."""
    chosen = {k: v for k in ("metal", "size") if (v := (request.POST.get(k) or request.GET.get(k)))}
    return "?" + urlencode(chosen) if chosen else ""


def _back(request: HttpRequest, piece: Product) -> str:
    return reverse("piece", args=[piece.slug]) + _chosen(request) + "#order"


def _opened(request: HttpRequest) -> bool:
    """Whether the panel was opened from the piece's form, whose token must not stay in the address."""
    return request.method == "POST" and request.POST.get("act") == "open"


def engrave(request: HttpRequest, slug: str) -> HttpResponse:
    """Where → what → how → review, with the proof on the piece. Works by button without script."""
    piece = _piece(slug)
    zone = piece.engraving_zones.first()
    if zone is None:
        raise Http404
    if _opened(request):
        return HttpResponseRedirect(reverse("engraving-panel", args=[slug]) + _chosen(request), status=303)
    typed = request.POST if request.method == "POST" else request.GET
    before = crafts.kept(request, slug).engraving
    text = typed.get("inscription", before.typed if before and request.method == "GET" else "")
    face = typed.get("face", before.face if before else zone.faces[0])
    face = face if face in zone.faces else zone.faces[0]
    wish = commissioning.Wish(zone.pk, face, text, "spelling" in typed, "final_sale" in typed)
    layout, refusal = _try(text, face, zone)
    act = request.POST.get("act", "")
    if act == "forget":
        crafts.keep(request, slug, "engraving", None)
        return HttpResponseRedirect(_back(request, piece))
    if act == "keep":
        try:
            commissioning.check(wish, zone)
            crafts.keep(request, slug, "engraving", wish)
            return HttpResponseRedirect(_back(request, piece))
        except Refusal as no:
            refusal = no
    asked = bool(act) or "inscription" in request.GET
    context = {
        "piece": piece,
        "zone": zone,
        "picture": Picture.objects.filter(piece=piece, view=zone.picture_view).first(),
        "text": text,
        "face": face,
        "faces": [FACES[code] for code in zone.faces],
        "layout": layout,
        "letters": [letter for letter in layout.text if not letter.isspace()] if layout else [],
        "alike": look_alikes(layout.text) if layout else [],
        "refusal": refusal if asked else None,
        "repaired": refusal.facts.get("repaired") if refusal else None,
        "wish": wish,
        "metal": typed.get("metal", ""),
        "size": typed.get("size", ""),
        "kept": before,
        "spelling_words": commissioning.spelling_words(),
        "final_sale_words": commissioning.final_sale_words(),
        "back": _back(request, piece),
    }
    return render(request, "catalog/engrave.html", context, status=422 if act == "keep" else 200)


#: Signs that are easily taken for one another; the review names them, nothing is refused.
_ALIKE = ("lI1|", "O0o", "己已巳", "未末", "土士", "日曰", "人入")


def look_alikes(text: str) -> list[str]:
    """The signs of a text that have a look-alike, each with its group."""
    return [f"{sign} ({' '.join(group)})" for group in _ALIKE for sign in group if sign in text]


def _try(text: str, face: str, zone: Zone) -> tuple[Layout | None, Refusal | None]:
    try:
        return lay_out(text, face=face, area=commissioning.area_of(zone)), None
    except Refusal as no:
        return None, no


def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The proof of what is typed, as an SVG: laid onto the piece's picture, or alone in true millimetres (`?alone`)."""
    zone = get_object_or_404(Zone.objects.select_related("piece"), piece__slug=slug, piece__is_public=True)
    face = request.GET.get("face", "")
    layout, refusal = _try(request.GET.get("inscription", "")[:300], face if face in zone.faces else zone.faces[0], zone)
    if layout is None:
        return HttpResponse(refusal.sentence() if refusal else "", status=422, content_type="text/plain; charset=utf-8")
    picture = Picture.objects.filter(piece_id=zone.piece_id, view=zone.picture_view).first()
    if "alone" in request.GET or picture is None or not picture.zone:
        svg = proof.svg(layout)
    else:
        where = picture.zone
        svg = proof.on_picture(layout, quad=where["quad"], grid=where["grid"], width=picture.width, height=picture.height)
    return HttpResponse(
        svg,
        content_type="image/svg+xml",
        headers={**SVG_HEADERS, "X-Fit": str(layout.percent), "X-Em": str(layout.em_mm), "Cache-Control": "private, max-age=300"},
    )


def stored_proof(request: HttpRequest, sha256: str) -> HttpResponse:
    """A proof that was kept, byte for byte; its address is its hash."""
    found = Inscription.objects.filter(proof_sha256=sha256).first()
    if found is None:
        raise Http404
    headers = {**SVG_HEADERS, "Cache-Control": "private, max-age=31536000, immutable"}
    return HttpResponse(found.proof_svg, content_type="image/svg+xml", headers=headers)


def gift(request: HttpRequest, slug: str) -> HttpResponse:
    """Box, ribbon and card of a piece."""
    piece = _piece(slug)
    if _opened(request):
        return HttpResponseRedirect(reverse("gift-panel", args=[slug]) + _chosen(request), status=303)
    options = list(PackingOption.objects.filter(is_offered=True))
    boxes = [o for o in options if o.kind == OptionKind.BOX]
    ribbons = [o for o in options if o.kind == OptionKind.RIBBON]
    before = crafts.kept(request, slug).gift or wrapping.Wish(boxes[0].code, ribbons[0].code, "")
    wish, refusal = before, None
    if request.method == "POST":
        if request.POST.get("act") == "forget":
            crafts.keep(request, slug, "gift", None)
            return HttpResponseRedirect(_back(request, piece))
        wish = wrapping.Wish(request.POST.get("box", ""), request.POST.get("ribbon", ""), request.POST.get("card", ""))
        try:
            wrapping.check(wish)
            if request.POST.get("act") == "keep":
                crafts.keep(request, slug, "gift", wish)
                return HttpResponseRedirect(_back(request, piece))
        except Refusal as no:
            refusal = no
    context = {
        "piece": piece,
        "boxes": boxes,
        "ribbons": ribbons,
        "wish": wish,
        "refusal": refusal,
        "metal": request.POST.get("metal") or request.GET.get("metal", ""),
        "size": request.POST.get("size") or request.GET.get("size", ""),
        "kept": crafts.kept(request, slug).gift,
        "most_characters": wrapping.MOST_CHARACTERS,
        "said": house().texts,
        "back": _back(request, piece),
    }
    return render(request, "catalog/gift.html", context, status=422 if refusal else 200)
