"""The room in which staff turn a drawing into a zone: upload, see it checked and on the picture, then take it over."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

import numpy
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from services.foundation.house import house
from services.foundation.refusal import Refusal

from . import importing, proof, zoning
from .importing import Drawn
from .inscription import lay_out
from .models import Method, Zone
from .refusals import DrawingRefused

#: How long a drawing that was looked at may wait to be taken over.
AN_HOUR = 3600


class DrawingForm(forms.Form):
    """A file, the usual distance from keep-outs, and a text to see on the picture."""

    file = forms.FileField(
        label=_("drawing (SVG)"),
        widget=forms.FileInput(attrs={"accept": "image/svg+xml,.svg"}),
        help_text=_(
            "Page width in mm and a viewBox; one closed shape called “outline”, and any called “keep-out-hallmark”, "
            "“keep-out-stone”, “keep-out-edge” or “keep-out-hinge”, by id or by layer."
        ),
    )
    clearance_mm = forms.DecimalField(
        label=_("distance to keep in mm, where a keep-out does not say its own (data-clearance-mm)"),
        min_value=0,
        max_value=20,
        decimal_places=2,
        initial=Decimal("0.5"),
    )
    sample = forms.CharField(label=_("text to look at"), max_length=60, required=False, initial="A & P 14.II")


class ImportsDrawings(admin.ModelAdmin):
    """For the zones' admin: one more page, and its way there."""

    change_form_template = "admin/zone_page.html"

    def get_urls(self):
        own = path("<int:pk>/drawing/", self.admin_site.admin_view(self.import_drawing), name="engraving_zone_drawing")
        return [own, *super().get_urls()]

    def import_drawing(self, request, pk: int):
        """Look at a drawing first; what was looked at, and nothing else, is taken over."""
        zone = get_object_or_404(Zone, pk=pk)
        needed = [f"engraving.{act}_keepout" for act in ("add", "delete")]
        if not self.has_change_permission(request, zone) or not request.user.has_perms(needed):
            raise PermissionDenied
        shown: dict[str, Any] = {}
        form = DrawingForm()
        if request.method == "POST" and "drawn" in request.POST:
            try:
                _take_over(zone, request.POST["drawn"])
                self.log_change(request, zone, gettext("Taken from a drawing."))
                self.message_user(request, _("The place is as drawn. What is ordered already keeps its own."), messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:engraving_zone_change", args=[pk]))
            except DrawingRefused as no:
                self.message_user(request, no.sentence(), messages.ERROR)
        elif request.method == "POST":
            form = DrawingForm(request.POST, request.FILES)
            if form.is_valid():
                shown = _look(zone, form)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": gettext("A place from a drawing"),
            "zone": zone,
            "form": form,
            **shown,
        }
        return TemplateResponse(request, "admin/zone_drawing.html", context, status=422 if form.errors else 200)


def _look(zone: Zone, form: DrawingForm) -> dict[str, Any]:
    """What the page shows of an uploaded drawing: its numbers, what is wrong, the place alone and on the picture."""
    file = form.cleaned_data["file"]
    try:
        importing.check_takes_a_drawing(zone)
        if file.size > importing.MOST_BYTES:
            raise DrawingRefused(why="heavy")
        drawn = importing.read(file.read(), clearance_mm=form.cleaned_data["clearance_mm"])
    except DrawingRefused as no:
        form.add_error("file", no.sentence())
        return {}
    before = {"width": zone.width_mm, "height": zone.height_mm}
    planned, rows = importing.planned(zone, drawn), drawn.rows(zone)
    if found := zoning.problems(planned, rows):
        form.add_error("file", [str(problem.words) for problem in found])
        return {}
    picture = _picture(zone)
    laid, said = _on_picture(planned, rows, picture, form.cleaned_data["sample"])
    return {
        "drawn": drawn,
        "before": before,
        "signed": signing.dumps(_plain(drawn), salt=_salt(zone)),
        "alone": mark_safe(zoning.drawing(planned, rows)),  # numbers only
        "picture": picture,
        "picture_address": f"{settings.MEDIA_URL}{picture.stem}.{picture.widths[-1]}.jpg" if picture else "",
        "laid": mark_safe(laid),  # numbers only
        "sample_said": said,
    }


def _salt(zone: Zone) -> str:
    return f"zone-drawing:{zone.pk}"


def _plain(drawn: Drawn) -> dict[str, Any]:
    return {**asdict(drawn), "width_mm": str(drawn.width_mm), "height_mm": str(drawn.height_mm)}


def _take_over(zone: Zone, signed: str) -> None:
    """Write what was looked at. Raises DrawingRefused."""
    try:
        plain = signing.loads(signed, salt=_salt(zone), max_age=AN_HOUR)
    except signing.BadSignature as bad:
        raise DrawingRefused(why="stale") from bad
    drawn = Drawn(Decimal(plain["width_mm"]), Decimal(plain["height_mm"]), plain["outline"], plain["keep_outs"])
    with transaction.atomic():
        locked = Zone.objects.select_for_update().get(pk=zone.pk)
        importing.check_takes_a_drawing(locked)
        importing.apply(locked, drawn)


def _picture(zone: Zone) -> Any:
    """A picture onto which the place can be laid; None when there is none, as for a lid, which the shop draws."""
    if zone.piece is None:
        return None
    found = [p for p in zone.piece.pictures.filter(is_ready=True) if p.zone and p.widths]
    return max(found, key=lambda p: p.view == zone.picture_view, default=None) if zone.picture_view else None


def _on_picture(zone: Zone, rows: list, picture: Any, sample: str) -> tuple[str, str]:
    """Edge, keep-outs and a text over the picture as an SVG of its size, and why the text is missing where it is."""
    text, said = "", ""
    layout = None
    if sample.strip():
        try:
            layout = lay_out(sample, face=zone.faces[0], area=zoning.drawn_area(zone, rows))
        except Refusal as no:
            said = no.sentence()
    if picture is None:
        return "", said
    bend = proof.onto(picture.zone["quad"], picture.zone.get("grid"))
    w, h = (float(side) for side in (zoning.shown_mm(zone) or (zone.width_mm, zone.height_mm)))
    left, top = (float(zone.width_mm) - w) / 2, (float(zone.height_mm) - h) / 2

    def path_of(corners: Any) -> str:
        points = numpy.array(_steps(corners))
        u, v = bend((points[:, 0] - left) / w, (points[:, 1] - top) / h)
        bent = zip((u * picture.width).tolist(), (v * picture.height).tolist(), strict=True)
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in bent) + "Z"

    plane = [(0, 0), (zone.width_mm, 0), (zone.width_mm, zone.height_mm), (0, zone.height_mm)]
    edge = path_of(zone.outline or plane)
    kept = "".join(path_of(row.outline) for row in rows)
    if layout is not None:
        onto = proof.on_picture(
            layout,
            quad=picture.zone["quad"],
            grid=picture.zone.get("grid"),
            width=picture.width,
            height=picture.height,
            shown_mm=zoning.shown_mm(zone),
            foil=zone.method == Method.HOT_STAMP,
        )
        text = onto.partition(">")[2].removesuffix("</svg>")
    act, paper = house().colours["act"], house().colours["paper"]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {picture.width} {picture.height}" class="zone-on-picture">'
        f'<path d="{edge}" fill="{paper}" fill-opacity="0.2" stroke="{act}" stroke-width="3"/>'
        f'<path d="{kept}" fill="{act}" fill-opacity="0.5"/>{text}</svg>'
    )
    return svg, said


def _steps(corners: Any) -> list[tuple[float, float]]:
    """The sides of a polygon in steps, so that they bend with a curved band."""
    points = [(float(x), float(y)) for x, y in corners]
    found = []
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        found += [(x0 + (x1 - x0) * n / 8, y0 + (y1 - y0) * n / 8) for n in range(8)]
    return found
