"""The engraver's queue and the zones."""

from django import forms
from django.contrib import admin, messages
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from services.foundation.formats import day_words, listed
from services.foundation.readonly import ReadOnlyAdmin
from services.foundation.texts_admin import TextsAdmin

from . import reserving, word_admin, zoning  # noqa: F401 - one registers rooms of its own
from .faces import FACES
from .models import (
    WEEKDAYS,
    Job,
    JobMove,
    KeepOut,
    Method,
    Station,
    StationRest,
    Zone,
    ZoneSize,
    monday_to_friday,
)
from .zone_import import ImportsDrawings


class StationForm(forms.ModelForm):
    """Methods and weekdays as ticks."""

    methods = forms.MultipleChoiceField(label=_("methods"), choices=Method.choices, widget=forms.CheckboxSelectMultiple)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("works on"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple, initial=monday_to_friday
    )

    class Meta:
        model = Station
        fields = ("name", "methods", "pieces_a_day", "weekdays", "is_active")


class ZoneSizeInline(admin.TabularInline):
    model = ZoneSize
    extra = 0


class KeepOutInlineFormSet(forms.BaseInlineFormSet):
    """The keep-outs of a zone are checked together with it: they must leave room for a text."""

    def clean(self):
        super().clean()
        if any(self.errors) or self.instance.shape is None:
            return
        stay = [form for form in self.forms if form not in self.deleted_forms]
        rows = [form.instance for form in stay if form.has_changed() or form.instance.pk]
        found = zoning.problems(self.instance, rows)
        if found:
            raise forms.ValidationError([problem.words for problem in found])


class KeepOutInline(admin.TabularInline):
    model = KeepOut
    formset = KeepOutInlineFormSet
    extra = 0


@admin.register(Zone)
class ZoneAdmin(ImportsDrawings, TextsAdmin):
    list_display = ("where", "name", "method", "shape", "width_mm", "height_mm", "max_lines", "work_days")
    list_display_links = ("where", "name")
    list_filter = ("method", "shape", ("box", admin.EmptyFieldListFilter))
    list_select_related = ("piece__parent", "box")
    raw_id_fields = ("piece",)
    readonly_fields = ("drawing",)
    inlines = [ZoneSizeInline, KeepOutInline]

    @admin.display(description=_("piece or box"))
    def where(self, zone):
        return gettext("lid: %(box)s") % {"box": zone.box} if zone.box else zone.piece

    @admin.display(description=_("drawing"))
    def drawing(self, zone):
        """The plane, what is usable of it, and its keep-outs, to scale."""
        return mark_safe(zoning.drawing(zone)) if zone and zone.pk else ""  # numbers only


class StationRestInline(admin.TabularInline):
    model = StationRest
    extra = 1


@admin.register(Station)
class StationAdmin(admin.ModelAdmin):
    """What the bench can do in a day. What is changed here is planned at once; reserved places move to other days."""

    form = StationForm
    list_display = ("name", "method_words", "pieces_a_day", "is_active")
    inlines = [StationRestInline]

    @admin.display(description=_("methods"))
    def method_words(self, station):
        return listed(Method(method).label for method in station.methods)

    def has_delete_permission(self, request, obj=None):
        return False  # its places may be reserved: take it out of use

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        moved = reserving.plan_ahead(today=request.now.date())
        if moved:
            facts = {"n": len(moved), "day": day_words(max(each.after for each in moved))}
            self.message_user(
                request,
                _(
                    "%(n)s reserved places moved to other days, the last to %(day)s. "
                    "Promises that break are listed for the client advisers."
                )
                % facts,
                messages.WARNING,
            )


class JobMoveInline(admin.TabularInline):
    model = JobMove
    extra = 0
    can_delete = False


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Every job there ever was, to look up. The work itself is done at the bench's screen, one job at a time."""

    list_display = ("due_on", "proof", "text", "face", "size", "piece", "order_number", "state", "code", "at_the_bench")
    list_display_links = ("text",)
    list_filter = ("state", "inscription__zone__method")
    list_select_related = ("inscription__zone__box", "inscription__order_line__order")
    search_fields = ("code", "inscription__text", "inscription__order_line__order__number")
    fields = (
        "proof",
        "text",
        "face",
        "size",
        "piece",
        "order_number",
        "sha256",
        "state",
        "due_on",
        "code",
        "taken_by",
        "remakes",
    )
    readonly_fields = fields
    inlines = [JobMoveInline]

    @admin.display(description=_("proof"))
    def proof(self, job):
        # Staff open the very bytes the client approved.
        return format_html(
            '<img class="proof" src="/staff/proofs/{}.svg" alt="{}" width="240">',
            job.inscription.proof_sha256,
            job.inscription.text,
        )

    @admin.display(description=_("inscription"))
    def text(self, job):
        return job.inscription.text

    @admin.display(description=_("typeface"))
    def face(self, job):
        return FACES[job.inscription.face].name

    @admin.display(description=_("zone and letter size"))
    def size(self, job):
        zone, kept = job.inscription.zone, job.inscription
        facts = {
            "width": kept.width_mm or zone.width_mm,
            "height": kept.height_mm or zone.height_mm,
            "shape": zone.get_shape_display(),
            "em": kept.em_mm,
            "clearance": kept.hallmark_mm,
        }
        if kept.hallmark_mm is None:
            return _("%(width)s × %(height)s mm %(shape)s, em %(em)s mm") % facts
        return _("%(width)s × %(height)s mm %(shape)s, em %(em)s mm; hallmark at %(clearance)s mm") % facts

    @admin.display(description=_("piece"))
    def piece(self, job):
        line, box = job.inscription.order_line, job.inscription.zone.box
        what = f"{line.title} {line.variant_words}"
        return gettext("lid: %(box)s") % {"box": box} + f" ({what})" if box else what

    @admin.display(description=_("order"))
    def order_number(self, job):
        return job.inscription.order_line.order.number

    @admin.display(description="SHA-256")
    def sha256(self, job):
        return job.inscription.proof_sha256

    @admin.display(description=_("bench"))
    def at_the_bench(self, job):
        return format_html('<a href="{}">{}</a>', reverse("bench-job", args=[job.pk]), gettext("Open"))
