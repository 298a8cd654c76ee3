"""The bench's jobs as the bench reads them, on its screen and on its cards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from services.engraving import card
from services.engraving.faces import FACES
from services.engraving.lettering import Letter, letters_of
from services.engraving.models import OPEN_JOBS, Inscription, Job, JobState, Station, Zone
from services.foundation.formats import day_words, listed, measure

from .order.models import Line, Order
from .order.states import OrderState

#: What the bench may work on; what is under review waits until it is released.
WORKABLE = (OrderState.CONFIRMED, OrderState.IN_ATELIER)


@dataclass(frozen=True)
class Work:
    """A job with what the bench must know of its order; nothing of money."""

    job: Job
    inscription: Inscription
    zone: Zone
    line: Line
    order: Order
    stations: tuple[Station, ...]

    @property
    def title(self) -> str:
        """What lies under the tool: the piece, or the box whose lid it is."""
        return str(self.zone.box) if self.zone.box else str(self.line.title)

    @property
    def variant(self) -> str:
        """Which of them; of a box, whose piece it will hold."""
        if self.zone.box:
            return _("Lid, for %(title)s") % {"title": self.line.title}
        return str(self.line.variant_words)

    @property
    def metal(self) -> str:
        """What it is made of, by its code; empty where a piece has none, and for a box."""
        if self.zone.box:
            return ""
        return (self.line.product.metal_id or "") if self.line.product else ""

    @property
    def metal_words(self) -> str:
        return str(self.line.product.metal.name) if self.metal else ""

    @property
    def fixture(self) -> str:
        """What holds it: the shape of its place."""
        return str(self.zone.get_shape_display())

    @property
    def due(self) -> date | None:
        return self.order.due_on

    @property
    def face(self) -> str:
        return str(FACES[self.inscription.face].name)

    @property
    def letters(self) -> list[Letter]:
        return letters_of(self.inscription.text)

    @property
    def station(self) -> str:
        return listed(station.name for station in self.stations)


def _rows() -> QuerySet[Job]:
    return Job.objects.select_related(
        "taken_by",
        "inscription__zone__box",
        "inscription__order_line__order",
        "inscription__order_line__product__metal",
        "inscription__order_line__product__parent",
    ).prefetch_related("inscription__order_line__bench_slots__station")


def _work(job: Job) -> Work:
    inscription = job.inscription
    line = inscription.order_line
    stations = {slot.station_id: slot.station for slot in line.bench_slots.all() if slot.surface == inscription.surface}
    return Work(job, inscription, inscription.zone, line, line.order, tuple(stations.values()))


def of_job(pk: int) -> Work | None:
    """One job, whatever its state."""
    job = _rows().filter(pk=pk).first()
    return _work(job) if job else None


def open_work() -> list[Work]:
    """What the bench has before it: by its day, promise, material and fixture, so that like lies beside like. Three queries."""
    jobs = _rows().filter(state__in=OPEN_JOBS, inscription__order_line__order__status__in=WORKABLE)
    far = date.max
    return sorted(
        (_work(job) for job in jobs),
        key=lambda work: (work.job.due_on or far, work.due or far, work.metal, work.zone.shape, work.job.pk),
    )


def pdf_of(works: Sequence[Work]) -> bytes:
    """The cards of some jobs, in the language of whoever prints them."""
    words = {
        "order": _("Order"),
        "promise": _("Promised for"),
        "true_size": _("True size (print at 100 %)"),
        "gauge": _("This line is 20 mm long."),
        "enlarged": _("Enlarged"),
        "letters": _("Letter by letter"),
    }
    title = _("Bench card %(code)s") % {"code": works[0].job.code} if len(works) == 1 else _("Bench cards")
    return card.pdf([_card(work) for work in works], title=title, words=words, language=get_language() or "en")


def _card(work: Work) -> card.Card:
    zone, inscription = work.zone, work.inscription
    width, height = inscription.width_mm or zone.width_mm, inscription.height_mm or zone.height_mm
    hallmark = inscription.hallmark_mm
    lines: dict[int, list[str]] = {}
    for letter in work.letters:
        lines.setdefault(letter.line, []).append(letter.sign)
    facts = [
        (_("Bench day"), day_words(work.job.due_on) if work.job.due_on else "–"),
        (_("Station"), work.station or "–"),
        (_("Material"), work.metal_words or "–"),
        (_("Fixture"), work.fixture),
        (_("Place"), str(zone.name)),
        (_("Method"), str(zone.get_method_display())),
        (_("Usable area"), _("%(width)s × %(height)s mm") % {"width": measure(width), "height": measure(height)}),
        (_("Hallmark at"), _("%(n)s mm") % {"n": measure(hallmark)} if hallmark is not None else "–"),
        (_("Typeface"), work.face),
        (_("Letter size (em)"), _("%(n)s mm") % {"n": measure(inscription.em_mm)}),
        (_("Pieces"), str(work.line.quantity)),
        (_("Made anew"), str(work.job.remakes) if work.job.remakes else "–"),
    ]
    return card.Card(
        code=work.job.code,
        number=work.order.number,
        piece=work.title,
        variant=work.variant,
        promise=day_words(work.due) if work.due else "–",
        rows=[card.Row(word, said) for word, said in facts],
        text=inscription.text,
        letters=list(lines.values()),
        proof_svg=inscription.proof_svg,
        width_mm=float(width),
        height_mm=float(height),
        sha256=inscription.proof_sha256,
    )


def by_day(works: Iterable[Work]) -> list[tuple[date | None, list[Work]]]:
    """The works of each bench day, in their order. Pure."""
    days: dict[date | None, list[Work]] = {}
    for work in works:
        days.setdefault(work.job.due_on, []).append(work)
    return list(days.items())


def waiting_on(day: date | None) -> list[Work]:
    """What has still to be taken up on a day: whose cards are printed in the morning."""
    return [work for work in open_work() if work.job.state == JobState.WAITING and work.job.due_on == day]
