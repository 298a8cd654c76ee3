"""The engraving and gift panels of a piece: what is kept here goes into the bag with it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from services.engraving import commissioning, drafting, proof, reviewing, specimens
from services.engraving.faces import FACES
from services.engraving.faces import version as face_version
from services.engraving.models import Inscription, Zone
from services.engraving.refusals import NotReviewed, WordRefused
from services.foundation.house import house
from services.foundation.refusal import Refusal
from services.foundation.visitors import network_key
from services.gifting import card, wrapping
from services.gifting.models import OptionKind
from services.gifting.refusals import LidPlain, NotPackable

from . import crafts, lids, sizing, word_appeals, zone_pictures
from . import engraving_choices as choices
from .models import Product
from .showing import public_pieces

SVG_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'none'", "X-Content-Type-Options": "nosniff"}


def piece_of(request: HttpRequest, slug: str) -> Product:
    """A piece that is shown now. Raises Http404."""
    return get_object_or_404(public_pieces(request.now), slug=slug)


def _chosen(request: HttpRequest) -> str:
    """Metal and size as a query, so that they come along to the panel and back."""
    chosen = {k: v for k in ("metal", "size") if (v := (request.POST.get(k) or request.GET.get(k)))}
    return "?" + urlencode(chosen) if chosen else ""


def back_to(request: HttpRequest, piece: Product) -> str:
    """The piece's page, with what was chosen on it."""
    return reverse("piece", args=[piece.slug]) + _chosen(request) + "#order"


def _opened(request: HttpRequest) -> bool:
    """Whether the panel was opened from the piece's form, whose token must not stay in the address."""
    return request.method == "POST" and request.POST.get("act") == "open"


def engrave(request: HttpRequest, slug: str) -> HttpResponse:
    """The engraving of a piece that is not in the bag yet."""
    piece = piece_of(request, slug)
    if _opened(request):
        return HttpResponseRedirect(reverse("engraving-panel", args=[slug]) + _chosen(request), status=303)
    return engraving_panel(request, piece, crafts.SessionKeeper(request, slug, back_to(request, piece)))


def engraving_panel(
    request: HttpRequest,
    piece: Product,
    keeper: crafts.EngravingKeeper,
    *,
    metal: str = "",
    size: str = "",
    zones: Sequence[Zone] | None = None,
) -> HttpResponse:
    """Where → what → how → review, with the proof on the piece. Works by button without script.

    ``zones``: the places that may be chosen, where these are not all of the piece's: or those of a lid, which has a panel
    of the same make (see `lid_panels`).
    """
    zones = choices.zones_of(piece) if zones is None else zones
    if not zones:
        raise Http404
    typed = request.POST if request.method == "POST" else request.GET
    metal, size = metal or typed.get("metal", ""), size or typed.get("size", "")
    before = keeper.kept().engraving
    is_fresh = request.method == "GET"
    choice = _choice(request, typed, zones, before=before, is_fresh=is_fresh, size=size)
    zone, layout, refusal = choice.zone, choice.layout, choice.refusal
    # Ticks count only for the proof and the place beside which they were set; what changed since then has not been checked.
    shown = choice.shown
    reviewed = typed.get("proof") == shown != "" and typed.get("placed", zone.code) == zone.code
    ticked = reviewed and "spelling" in typed, reviewed and "final_sale" in typed
    has_sizer = keeper.takes_sizer and sizing.has_sizer(piece)
    sizer_first = "sizer" in request.POST if request.method == "POST" else bool(before and before.waits_for_size)
    wish = commissioning.Wish(
        *(zone.pk, choice.face, choice.text, *ticked),
        proof=shown if reviewed else "",
        waits_for_size=has_sizer and sizer_first,
    )
    act = request.POST.get("act", "")
    box = zone.box
    if act in ("keep", "forget"):
        try:
            if act == "forget":
                keeper.keep_engraving(None)
                messages.info(request, _("The lid stays plain.") if box else _("The engraving was taken off."))
                return HttpResponseRedirect(keeper.back)
            if refusal:
                raise refusal
            if layout and not reviewed:
                raise NotReviewed()
            commissioning.check(wish, zone, size=size)
            keeper.keep_engraving(wish)
            kept_words = _("Your words for the lid are kept; they stay with the box.") if box else None
            messages.success(request, kept_words or _("The engraving is kept; it stays with the piece."))
            return HttpResponseRedirect(keeper.back)
        except Refusal as no:
            refusal = no
    asked = bool(act) or any(name in typed for name in ("use", "add")) or "inscription" in request.GET
    lines = reviewing.reviewed(layout.text) if layout else []
    onto = zone_pictures.picture_of(zone, metal)
    query = {"zone": zone.code, "metal": metal, "size": size, "face": choice.face, "inscription": choice.text}
    context = {
        "piece": piece,
        "zones": zones,
        "zone": zone,
        "choice": choice,
        "picture": onto or zone_pictures.piece_picture(zone, metal),
        "onto": onto if onto and onto.zone else None,
        "query": urlencode(query),
        "drawn_in": choices.drawn_in(choice, onto),
        "layout": layout,
        "shown": shown,
        "lines": lines,
        "has_alike": any(letter.is_alike for line in lines for letter in line),
        "refusal": refusal if asked else None,
        "mended": choice.mended() if asked and not isinstance(refusal, WordRefused) else [],
        "wish": wish,
        "has_sizer": has_sizer,
        "metal": metal,
        "size": size,
        "kept": before,
        "spelling_words": commissioning.spelling_words(),
        "final_sale_words": commissioning.final_sale_words(zone.surface),
        "box": box,
        "lid_price": house().lid_price(request.region.code) if box and getattr(keeper, "shows_price", False) else None,
        "preview": reverse("lid-preview", args=[box.code]) if box else reverse("engraving-preview", args=[piece.slug]),
        "back": keeper.back,
        "second_look": getattr(keeper, "second_look", ""),  # where somebody else is asked to look at what is kept
    }
    return render(request, "catalog/engrave.html", context, status=422 if act in ("keep", "forget") else 200)


def _choice(request: HttpRequest, typed: Mapping[str, str], zones: Sequence[Zone], **how: Any) -> choices.Choice:
    """The choice in a form; a text with a word that we do not engrave is not drawn either."""
    choice = choices.read(typed, zones, language=request.language, **how)
    word = word_appeals.refusal_of(request, choice.text) if choice.layout else None
    return replace(choice, layout=None, refusal=word) if word else choice


def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The proof of what is typed, as an SVG: laid onto the piece's picture, enlarged in its place (`?place`), or in true
    millimetres (`?alone`)."""
    found = Zone.objects.filter(piece__in=public_pieces(request.now).values("pk"), piece__slug=slug)
    return preview_in(request, list(found.prefetch_related("sizes", "keep_outs")))


def preview_in(request: HttpRequest, zones: Sequence[Zone]) -> HttpResponse:
    """The same in one of these places, of a piece or of a lid. Without any: 404."""
    if not zones:
        raise Http404
    typed = request.GET
    choice = _choice(request, typed, zones, before=None, is_fresh=False, size=typed.get("size", ""))
    if choice.layout is None and "place" not in typed:
        return HttpResponse(
            choice.refusal.sentence() if choice.refusal else "", status=422, content_type="text/plain; charset=utf-8"
        )
    return HttpResponse(
        _drawn(choice, typed),
        content_type="image/svg+xml",
        headers={**SVG_HEADERS, "Cache-Control": "private, max-age=300"},
    )


def _drawn(choice: choices.Choice, typed: Mapping[str, str]) -> str:
    if "place" in typed or choice.layout is None:
        return specimens.of_place(choice.area, choice.layout)
    picture = None if "alone" in typed else zone_pictures.picture_of(choice.zone, typed.get("metal", ""))
    if picture is None or not picture.zone:
        return proof.svg(choice.layout)
    return zone_pictures.laid_onto(picture, choice.layout, choice.zone)


#: Drawings that never change under their address: it carries the version of what they are drawn from.
DRAWN_HEADERS = {**SVG_HEADERS, "Cache-Control": "public, max-age=31536000, immutable"}


def face_specimen(request: HttpRequest, code: str) -> HttpResponse:
    """A few letters in one of our typefaces."""
    if code not in FACES:
        raise Http404
    return HttpResponse(specimens.of_face(code), content_type="image/svg+xml", headers=DRAWN_HEADERS)


def sign(request: HttpRequest, code: str) -> HttpResponse:
    """One of the signs we drew ourselves."""
    number = specimens.SIGN_NUMBERS.get(code)
    if number is None:
        raise Http404
    return HttpResponse(specimens.of_sign(number), content_type="image/svg+xml", headers=DRAWN_HEADERS)


#: How many hanzi are drawn for one request; a place takes fewer.
MOST_HANZI = 60


def hanzi_letters(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """The outlines of hanzi a client has just typed (`?of=`), for the drawing in the browser."""
    if code not in FACES or not FACES[code].has_hanzi or face_version(code)[:12] != version:
        raise Http404
    return JsonResponse(drafting.hanzi_table(code, request.GET.get("of", "")[:MOST_HANZI]), headers=DRAWN_HEADERS)


def stored_proof(request: HttpRequest, sha256: str) -> HttpResponse:
    """A proof that was kept, byte for byte; its address is its hash."""
    found = Inscription.objects.filter(proof_sha256=sha256).first()
    if found is None:
        raise Http404
    headers = {**SVG_HEADERS, "Cache-Control": "private, max-age=31536000, immutable"}
    return HttpResponse(found.proof_svg, content_type="image/svg+xml", headers=headers)


def gift(request: HttpRequest, slug: str) -> HttpResponse:
    """The packing of a piece that is not in the bag yet."""
    piece = piece_of(request, slug)
    if _opened(request):
        return HttpResponseRedirect(reverse("gift-panel", args=[slug]) + _chosen(request), status=303)
    return gift_panel(request, piece, crafts.SessionKeeper(request, slug, back_to(request, piece)))


def gift_panel(request: HttpRequest, piece: Product, keeper: crafts.Keeper) -> HttpResponse:
    """Box, ribbon and card of a piece. With `lid` pressed, its packing is kept and the lid's panel comes next."""
    kind_id = piece.product_class_id
    options = wrapping.offered(kind_id)
    boxes, ribbons = options[OptionKind.BOX], options[OptionKind.RIBBON]
    if not boxes or not ribbons:  # the packing bench has nothing to offer at the moment
        raise Http404
    with_lids = lids.engravable(boxes)
    everything = keeper.kept()
    kept = everything.gift
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
            checked = wrapping.check(wish, kind_id=kind_id)
            if act == "lid" and checked.box.pk not in with_lids:
                raise LidPlain(name=str(checked.box))
            if act in ("keep", "lid"):
                had_lid = keeper.kept().lid is not None
                keeper.keep_gift(wish)
                if had_lid and keeper.kept().lid is None:
                    messages.info(request, _("Your words belonged to the lid of the other box, and were taken off with it."))
                if act == "lid":
                    return HttpResponseRedirect(keeper.lid_panel + carried(request), status=303)
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
        "lid": everything.lid,
        "lid_price": house().lid_price(request.region.code),
        "lid_boxes": [box for box in boxes if box.pk in with_lids],
        "most_characters": card.MOST_CHARACTERS,
        "said": house().texts,
        "back": keeper.back,
    }
    return render(request, "catalog/gift.html", context, status=422 if errors else 200)


def carried(request: HttpRequest) -> str:
    """Metal and size, and words that a letter's link has brought for the lid, on the way to its panel."""
    said = {**request.GET.dict(), **{k: v for k in ("metal", "size") if (v := request.POST.get(k))}}
    query = {k: said[k] for k in ("metal", "size", "back", "zone", "face", "inscription") if said.get(k)}
    return f"?{urlencode(query)}" if query else ""


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
