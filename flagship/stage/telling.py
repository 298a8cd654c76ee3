"""What the home page shows at a moment in a region: its sections with all they need, in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import Category, Picture
from catalog.showing import Card, announced, cards, collections, head_of_collections, public_pieces
from services.foundation.house import house
from services.foundation.regions.models import Region
from services.foundation.scheduling import is_shown

from . import targets
from .models import Kind, Section


@dataclass
class Told:
    """A section as its template shows it.

    ``leads``: its link leads to a page that is shown. ``turned``: its picture stands on the other side.
    """

    section: Section
    picture: Picture | None = None
    cards: list[Card] = field(default_factory=list)
    collections: list[tuple[Category, Card | None]] = field(default_factory=list)
    launch: Card | None = None
    leads: bool = False
    turned: bool = False

    @property
    def template(self) -> str:
        return f"stage/sections/{self.section.kind}.html"


def home(*, region: Region, now: datetime) -> list[Told]:
    """The sections of a region at a moment; the house's own opening words where there is none. Eleven queries at most."""
    sections = list(Section.objects.shown(region=region.code, now=now))
    kinds = {section.kind for section in sections}
    heads = dict(head_of_collections(now)) if Kind.COLLECTIONS in kinds else {}
    pictures = _pictures(sections, now)
    known = {card.piece.pk: card for card in cards(_pieces(sections, heads, now), region=region, now=now)} if kinds else {}
    nowhere = _nowhere([section.target for section in sections], now)
    told = []
    for section in sections:
        leads = bool(section.target) and section.target not in nowhere
        shown = Told(section, picture=pictures.get(section.pk), leads=leads)
        if section.kind == Kind.PIECES:
            chosen = set(section.chosen)
            having = [card for pk, card in known.items() if pk in chosen] if chosen else list(known.values())[: section.how_many]
            shown.cards = having
        elif section.kind == Kind.COLLECTIONS:
            shown.collections = [(found, known.get(heads.get(found.pk, 0))) for found in collections(now)]
        elif section.kind == Kind.LAUNCH:
            shown.launch = _launch(section, known, now)
        if _has_something(shown):
            told.append(shown)
    for number, shown in enumerate(one for one in told if one.section.kind == Kind.WORDS):
        shown.turned = number % 2 == 1
    return told or [Told(_opening_words(), leads=True)]


def _pieces(sections: list[Section], heads: dict[int, int], now: datetime) -> list:
    """Every piece that a section shows, in the house's order; one query."""
    first = max((s.how_many for s in sections if s.kind == Kind.PIECES and not s.chosen), default=0)
    wanted = {pk for section in sections if section.kind == Kind.PIECES for pk in section.chosen} | set(heads.values())
    which = Q(pk__in=wanted)
    if first:
        which |= Q(pk__in=public_pieces(now).values("pk")[:first])
    if any(section.kind == Kind.LAUNCH for section in sections):
        which |= Q(pk__in=announced(now).values("piece_id"))
    return list(public_pieces(now).filter(which))


def _pictures(sections: list[Section], now: datetime) -> dict[int, Picture]:
    """The piece's picture of each section that shows one, by the section's id; one query."""
    asked = {section.pk: section for section in sections if section.piece_id and not section.scene}
    if not asked:
        return {}
    found: dict[int, list[Picture]] = {}
    pieces = public_pieces(now).filter(pk__in={section.piece_id for section in asked.values()})
    for picture in Picture.objects.filter(piece__in=pieces.values("pk"), is_ready=True):
        found.setdefault(picture.piece_id, []).append(picture)
    answer = {}
    for pk, section in asked.items():
        of_piece = found.get(section.piece_id, [])
        fitting = [picture for picture in of_piece if picture.view == section.view] if section.view else of_piece
        if fitting:
            answer[pk] = fitting[0]
    return answer


def _nowhere(written: Iterable[str], now: datetime) -> set[str]:
    """Those of these links whose page is not shown at this moment. One query for all pieces, one for all launches."""
    routes = {target: found for target in written if (found := targets.route_of(target))}
    asked: dict[str, set[str]] = {}
    for route, slug in routes.values():
        asked.setdefault(route, set()).add(slug)
    shown: dict[str, set[str]] = {}
    if "collection" in asked:
        shown["collection"] = {found.slug for found in collections(now)}
    for route, rows in (("piece", public_pieces(now)), ("launch", announced(now))):
        if route in asked:
            shown[route] = set(rows.filter(slug__in=asked[route]).values_list("slug", flat=True))
    return {target for target, (route, slug) in routes.items() if route in shown and slug not in shown[route]}


def _launch(section: Section, known: dict[int, Card], now: datetime) -> Card | None:
    """The section's own launch, else the next to open, else the latest that is open; none that has closed."""
    standing = [
        (card.launch, card)
        for card in known.values()
        if card.launch and is_shown(card.launch, now) and not (card.launch.closes_at and card.launch.closes_at <= now)
    ]
    if section.launch_id:
        return next((card for launch, card in standing if launch.pk == section.launch_id), None)
    by_moment = sorted(standing, key=lambda pair: pair[0].opens_at)
    later = [card for launch, card in by_moment if launch.opens_at > now]
    return later[0] if later else by_moment[-1][1] if by_moment else None


def _has_something(told: Told) -> bool:
    """A section whose picture, pieces or launch are gone is not shown at all."""
    section = told.section
    if section.kind == Kind.PIECES:
        return bool(told.cards)
    if section.kind == Kind.COLLECTIONS:
        return bool(told.collections)
    if section.kind == Kind.LAUNCH:
        return told.launch is not None
    if section.scene:
        return section.scene in house().scenes
    return told.picture is not None if section.piece_id else True


def _opening_words() -> Section:
    """What a house says before anybody has told its home page."""
    said = house().texts
    scene = "hero" if "hero" in house().scenes else ""
    section = Section(code="hero", kind=Kind.HERO, scene=scene, target="pieces/", alt=said["hero_alt"] if scene else "")
    section.title, section.words, section.button = said["hero"], said["hero_text"], _("All pieces")
    return section
