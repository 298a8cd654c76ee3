"""The engraving and gift panels of a piece: what is kept here goes into the bag with it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from services.engraving import commissioning, proof, zoning
from services.engraving.faces import FACES, usual_face
from services.engraving.inscription import Layout, lay_out
from services.engraving.lookalikes import lookalikes
from services.engraving.models import Inscription, Method, Zone
from services.engraving.refusals import NotReviewed
from services.foundation.formats import listed
from services.foundation.house import house
from services.foundation.refusal import Refusal
from services.foundation.visitors import network_key
from services.gifting import card, wrapping
from services.gifting.models import OptionKind
from services.gifting.refusals import NotPackable

from . import crafts, sizing, word_appeals
from .models import Picture, Product
from .showing import public_pieces

SVG_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'none'", "X-Content-Type-Options": "nosniff"}


def _piece(request: HttpRequest, slug: str) -> Product:
    return get_object_or_404(public_pieces(request.now), slug=slug)


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
    """The engraving of a piece that is not in the bag yet."""
    piece = _piece(request, slug)
    if _opened(request):
        return HttpResponseRedirect(reverse("engraving-panel", args=[slug]) + _chosen(request), status=303)
    return engraving_panel(request, piece, crafts.SessionKeeper(request, slug, _back(request, piece)))


def engraving_panel(
    request: HttpRequest, piece: Product, keeper: crafts.Keeper, *, metal: str = "", size: str = ""
) -> HttpResponse:
    """Where → what → how → review, with the proof on the piece. Works by button without script."""
    zone = piece.engraving_zones.prefetch_related("sizes", "keep_outs").first()
    if zone is None:
        raise Http404
    typed = request.POST if request.method == "POST" else request.GET
    metal = metal or typed.get("metal", "")
    before = keeper.kept().engraving
    text = typed.get("inscription", before.typed if before and request.method == "GET" else "")
    usual = usual_face(zone.faces, request.language)
    face = typed.get("face", before.face if before else usual)
    face = face if face in zone.faces else usual
    size = size or typed.get("size", "")
    layout, refusal = _try(text, face, zone, size)
    if layout and (word := word_appeals.refusal_of(request, text)):
        layout, refusal = None, word  # what we do not engrave we do not draw either
    shown = proof.sha256(proof.svg(layout)) if layout else ""
    # Ticks count only for the proof beside which they were set; a text changed since then has not been checked.
    reviewed = typed.get("proof") == shown != ""
    ticked = reviewed and "spelling" in typed, reviewed and "final_sale" in typed
    has_sizer = keeper.takes_sizer and sizing.has_sizer(piece)
    sizer_first = "sizer" in request.POST if request.method == "POST" else bool(before and before.waits_for_size)
    wish = commissioning.Wish(
        zone.pk, face, text, *ticked, proof=shown if reviewed else "", waits_for_size=has_sizer and sizer_first
    )
    act = request.POST.get("act", "")
    if act in ("keep", "forget"):
        try:
            if act == "forget":
                keeper.keep_engraving(None)
                messages.info(request, _("The engraving was taken off."))
                return HttpResponseRedirect(keeper.back)
            if refusal:
                raise refusal
            if layout and not reviewed:
                raise NotReviewed()
            commissioning.check(wish, zone, size=size)
            keeper.keep_engraving(wish)
            messages.success(request, _("The engraving is kept; it stays with the piece."))
            return HttpResponseRedirect(keeper.back)
        except Refusal as no:
            refusal = no
    asked = bool(act) or "inscription" in request.GET
    context = {
        "piece": piece,
        "zone": zone,
        "area": zoning.area_of(zone, size),
        "picture": _picture(zone, metal),
        "text": text,
        "face": face,
        "faces": [FACES[code] for code in zone.faces],
        "layout": layout,
        "shown": shown,
        "letters": [letter for letter in layout.text if not letter.isspace()] if layout else [],
        "alike": listed(alike.words for alike in lookalikes(layout.text)) if layout else "",
        "refusal": refusal if asked else None,
        "repaired": refusal.facts.get("repaired") if refusal and asked else None,
        "wish": wish,
        "has_sizer": has_sizer,
        "metal": metal,
        "size": size,
        "kept": before,
        "spelling_words": commissioning.spelling_words(),
        "final_sale_words": commissioning.final_sale_words(),
        "back": keeper.back,
        "second_look": getattr(keeper, "second_look", ""),  # where somebody else is asked to look at what is kept
    }
    return render(request, "catalog/engrave.html", context, status=422 if act in ("keep", "forget") else 200)


def _picture(zone: Zone, metal: str) -> Picture | None:
    """The picture that shows the zone: one it can be laid onto, in the chosen metal where there is one, else the zone's own.

    A zone without a picture's name (the inside of a ring) is shown by its proof alone.
    """
    if not zone.picture_view:
        return None
    able = [p for p in Picture.objects.filter(piece_id=zone.piece_id, is_ready=True) if p.zone or p.view == zone.picture_view]
    return max(able, key=lambda p: (bool(p.zone), p.metal_id == metal, p.view == zone.picture_view), default=None)


def _try(text: str, face: str, zone: Zone, size: str) -> tuple[Layout | None, Refusal | None]:
    try:
        return lay_out(text, face=face, area=zoning.area_of(zone, size)), None
    except Refusal as no:
        return None, no


def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The proof of what is typed, as an SVG: laid onto the piece's picture, or alone in true millimetres (`?alone`)."""
    zones = Zone.objects.filter(piece__in=public_pieces(request.now).values("pk"), piece__slug=slug)
    zone = zones.prefetch_related("sizes", "keep_outs").first()  # the one the panel offers
    if zone is None:
        raise Http404
    face, size = request.GET.get("face", ""), request.GET.get("size", "")
    layout, refusal = _try(request.GET.get("inscription", "")[:300], face if face in zone.faces else zone.faces[0], zone, size)
    if layout and (word := word_appeals.refusal_of(request, layout.text)):
        layout, refusal = None, word
    if layout is None:
        return HttpResponse(refusal.sentence() if refusal else "", status=422, content_type="text/plain; charset=utf-8")
    picture = None if "alone" in request.GET else _picture(zone, request.GET.get("metal", ""))
    if picture is None or not picture.zone:
        svg = proof.svg(layout)
    else:
        where = picture.zone
        svg = proof.on_picture(
            layout,
            quad=where["quad"],
            grid=where.get("grid"),
            width=picture.width,
            height=picture.height,
            shown_mm=zoning.shown_mm(zone),
            foil=zone.method == Method.HOT_STAMP,
        )
    return HttpResponse(
        svg,
        content_type="image/svg+xml",
        headers={**SVG_HEADERS, "Cache-Control": "private, max-age=300"},
    )


def stored_proof(request: HttpRequest, sha256: str) -> HttpResponse:
    """A proof that was kept, byte for byte; its address is its hash."""
    found = Inscription.objects.filter(proof_sha256=sha256).first()
    if found is None:
        raise Http404
    headers = {**SVG_HEADERS, "Cache-Control": "private, max-age=31536000, immutable"}
    return HttpResponse(found.proof_svg, content_type="image/svg+xml", headers=headers)


def gift(request: HttpRequest, slug: str) -> HttpResponse:
    """The packing of a piece that is not in the bag yet."""
    piece = _piece(request, slug)
    if _opened(request):
        return HttpResponseRedirect(reverse("gift-panel", args=[slug]) + _chosen(request), status=303)
    return gift_panel(request, piece, crafts.SessionKeeper(request, slug, _back(request, piece)))


def gift_panel(request: HttpRequest, piece: Product, keeper: crafts.Keeper) -> HttpResponse:
    """Box, ribbon and card of a piece."""
    kind_id = piece.product_class_id
    options = wrapping.offered(kind_id)
    boxes, ribbons = options[OptionKind.BOX], options[OptionKind.RIBBON]
    if not boxes or not ribbons:  # the packing bench has nothing to offer at the moment
        raise Http404
    kept = keeper.kept().gift
    before = kept or wrapping.Wish(boxes[0].code, ribbons[0].code, "", face=card.usual_face(request.language))
    wish, errors = before, {}
    if request.method == "POST":
        act = request.POST.get("act", "")
        wish = wrapping.typed(request.POST)
        try:
            if act == "forget":
                wish = before
                keeper.keep_gift(None)
                messages.info(request, _("The gift packing was taken off."))
                return HttpResponseRedirect(keeper.back)
            wrapping.check(wish, kind_id=kind_id)
            if act == "keep":
                keeper.keep_gift(wish)
                messages.success(request, _("The gift packing is kept; it stays with the piece."))
                return HttpResponseRedirect(keeper.back)
        except Refusal as no:
            errors["packing" if isinstance(no, NotPackable) else "card"] = no.sentence()
    context = {
        "piece": piece,
        "boxes": boxes,
        "ribbons": ribbons,
        "papers": options[OptionKind.PAPER],
        "carriers": options[OptionKind.BAG],
        "faces": list(card.FACE_NAMES.items()),
        "most_of_sender": card.MOST_OF_SENDER,
        "card_size": tuple(map(round, card.size_mm())),
        "card_query": wish.card_query,
        "wish": wish,
        "errors": errors,
        "metal": request.POST.get("metal") or request.GET.get("metal", ""),
        "size": request.POST.get("size") or request.GET.get("size", ""),
        "kept": kept,
        "most_characters": card.MOST_CHARACTERS,
        "said": house().texts,
        "back": keeper.back,
    }
    return render(request, "catalog/gift.html", context, status=422 if errors else 200)


#: How many previews of a card one visitor is set in a minute; who types sees one or two a second.
PREVIEWS_A_MINUTE = 120


def card_preview(request: HttpRequest) -> HttpResponse:
    """The card as the printer will set it. A refusal is a sentence, so that the page can show it while one types."""
    wish = wrapping.typed(request.GET)
    headers = {**SVG_HEADERS, "Cache-Control": "private, max-age=300", "X-Robots-Tag": "noindex"}
    if _previews(request) > PREVIEWS_A_MINUTE:
        return HttpResponse(_("One moment, please."), status=429, content_type="text/plain; charset=utf-8")
    try:
        picture = card.svg(card.check(wish.as_card), language=request.language)
    except Refusal as no:
        return HttpResponse(no.sentence(), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(picture, content_type="image/svg+xml", headers=headers)


def _previews(request: HttpRequest) -> int:
    """How many this network has asked for within the minute; without the cache nobody is turned away."""
    key = f"card-preview:{network_key(request)}"
    try:
        cache.add(key, 0, timeout=60)
        return cache.incr(key)
    except (RedisError, ValueError):  # ValueError: it ran out between the two
        return 1
