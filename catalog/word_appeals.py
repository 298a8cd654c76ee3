"""A word that we do not engrave, at the doors of the panel: the check, asking a person, and the link of his answer."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from services.engraving import appealing, word_rules, zoning
from services.engraving.inscription import lay_out
from services.engraving.models import AppealState
from services.engraving.refusals import WordRefused
from services.foundation.contacts import addresses
from services.foundation.counting import asked
from services.foundation.refusal import Refusal
from services.foundation.visitors import network_key

from . import lids
from .private_pages import AN_HOUR, OPENED, private
from .showing import public_pieces

#: The appeals whose links this session has opened.
SESSION_KEY = "appeals"


def check(request: HttpRequest, text: str, *, region_code: str = "") -> None:
    """Raises WordRefused for a text that a rule of the market refuses and nobody has let through for this client."""
    market = region_code or request.region.code

    def let_through(text_sha256: str) -> bool:
        return appealing.is_let_through(
            text_sha256,
            region_code=market,
            client_id=request.user.pk if request.user.is_authenticated else None,
            appeal_ids=request.session.get(SESSION_KEY, []),
        )

    word_rules.check(text, region_code=market, let_through=let_through)


def refusal_of(request: HttpRequest, text: str) -> Refusal | None:
    """The same as a value, for a page that shows it while one types."""
    try:
        check(request, text)
    except WordRefused as no:
        return no
    return None


def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """The text and the reason once more, and a way to reach whoever asks a person to decide."""
    piece = get_object_or_404(public_pieces(request.now), slug=slug)
    said = request.POST if request.method == "POST" else request.GET
    text = said.get("inscription", "")[:300]
    chosen = {name: said.get(name, "")[:30] for name in ("face", "metal", "size", "zone")}
    box = lids.box_named(said.get("box", "")[:30])
    zones = lids.zones_of(box) if box else list(piece.engraving_zones.prefetch_related("sizes", "keep_outs"))
    if not zones:
        raise Http404
    zone = next((each for each in zones if each.code == chosen["zone"]), zones[0])
    face = chosen["face"] if chosen["face"] in zone.faces else zone.faces[0]
    panel = _panel(slug, {**chosen, "inscription": text}, is_lid=bool(box))
    try:
        lay_out(text, face=face, area=zoning.area_of(zone, chosen["size"]))
        check(request, text)
        return HttpResponseRedirect(panel, status=303)  # nothing to decide: the panel says what else there is
    except WordRefused as no:
        word = no
    except Refusal:
        return HttpResponseRedirect(panel, status=303)
    account = (request.user.email or request.user.mobile or "") if request.user.is_authenticated else ""
    typed = {"contact": said.get("contact", account)[:254], "words": said.get("words", "")[:600]}
    refusal = None
    if request.method == "POST":
        try:
            contact = addresses.contact(typed["contact"], country=request.region.countries[0])
            appealing.ask(
                text,
                zone=zone,
                for_piece_id=piece.pk if box else None,
                face=face,
                size=chosen["size"],
                metal=chosen["metal"],
                word=word.facts["word"],
                region_code=request.region.code,
                language=request.language,
                contact=contact,
                words=typed["words"],
                client_id=request.user.pk if request.user.is_authenticated else None,
                network_key=network_key(request),
                now=request.now,
            )
            messages.success(
                request, _("Thank you. One of us looks at your text and writes to %(contact)s.") % {"contact": contact}
            )
            back = {name: value for name, value in chosen.items() if value and name in ("metal", "size")}
            return private(HttpResponseRedirect(reverse("piece", args=[slug]) + _query(back), status=303))
        except Refusal as no:
            refusal = no
    context = {
        "piece": piece,
        "zone": zone,
        "text": text,
        "chosen": {**chosen, "face": face} | ({"box": box.code} if box else {}),
        "word": word,
        "typed": typed,
        "refusal": refusal,
        "panel": panel,
        "most_of_words": appealing.MOST_OF_WORDS,
    }
    return private(render(request, "catalog/word_appeal.html", context, status=422 if refusal else 200))


@require_GET
def decided(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the letter: the text is back in the panel, and what was approved is let through from here."""
    if asked(f"appeal:{network_key(request)}", seconds=AN_HOUR) > OPENED:
        return private(render(request, "catalog/appeal_gone.html", {"is_many": True}, status=429), referrer="no-referrer")
    found = appealing.find(token, now=request.now)
    if found is None or not public_pieces(request.now).filter(pk=found.zone.piece_id or found.for_piece_id).exists():
        return private(render(request, "catalog/appeal_gone.html", status=404), referrer="no-referrer")
    if found.state == AppealState.APPROVED:
        opened = request.session.get(SESSION_KEY, [])
        request.session[SESSION_KEY] = [*(pk for pk in opened if pk != found.pk), found.pk][-20:]
        messages.success(request, _("We engrave this text for you. Please look at the proof and keep it."))
    chosen = {"zone": found.zone.code, "face": found.face, "metal": found.metal, "size": found.size}
    panel = _panel(found.piece.slug, {**chosen, "inscription": found.typed}, is_lid=found.zone.box_id is not None)
    return private(HttpResponseRedirect(panel), referrer="no-referrer")


def _panel(slug: str, chosen: dict[str, str], *, is_lid: bool) -> str:
    return reverse("lid-panel" if is_lid else "engraving-panel", args=[slug]) + _query(
        {name: value for name, value in chosen.items() if value}
    )


def _query(facts: dict[str, str]) -> str:
    return f"?{urlencode(facts)}" if facts else ""
