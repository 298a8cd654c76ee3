"""The engraver's queue and the zones."""

from django import forms
from django.contrib import admin, messages
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from services.foundation.formats import day_words, listed
from services.foundation.readonly import ReadOnlyAdmin
from services.foundation.refusal import Refusal
from services.foundation.texts_admin import TextsAdmin

from . import commissioning, reserving, zoning
from .faces import FACES
from .models import (
    WEEKDAYS,
    Job,
    JobMove,
    JobState,
    KeepOut,
    Method,
    Station,
    StationRest,
    Zone,
    ZoneSize,
    monday_to_friday,
)


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
class ZoneAdmin(TextsAdmin):
    list_display = ("piece", "name", "method", "shape", "width_mm", "height_mm", "max_lines", "work_days")
    list_filter = ("method", "shape")
    raw_id_fields = ("piece",)
    readonly_fields = ("drawing",)
    inlines = [ZoneSizeInline, KeepOutInline]

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
                request, _("%(n)s reserved places moved to other days, the last to %(day)s.") % facts, messages.WARNING
            )


class JobMoveInline(admin.TabularInline):
    model = JobMove
    extra = 0
    can_delete = False


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Take up, done, inspected: each move with the person. Whoever engraved does not inspect."""

    list_display = ("due_on", "proof", "text", "face", "size", "piece", "order_number", "state")
    list_display_links = ("text",)
    list_filter = ("state", "inscription__zone__method")
    list_select_related = ("inscription__zone", "inscription__order_line__order")
    search_fields = ("inscription__text", "inscription__order_line__order__number")
    fields = ("proof", "text", "face", "size", "piece", "order_number", "sha256", "state", "due_on")
    readonly_fields = fields
    inlines = [JobMoveInline]
    actions = ["take_up", "done", "inspected", "put_back"]

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
        line = job.inscription.order_line
        return f"{line.title} {line.variant_words}"

    @admin.display(description=_("order"))
    def order_number(self, job):
        return job.inscription.order_line.order.number

    @admin.display(description="SHA-256")
    def sha256(self, job):
        return job.inscription.proof_sha256

    def _move(self, request, queryset, to):
        moved = 0
        for job in queryset:
            try:
                commissioning.move(job, to, by_id=request.user.pk)
                moved += 1
            except Refusal as no:
                self.message_user(request, f"{job.inscription.text}: {no.sentence()}", messages.ERROR)
        if moved:
            self.message_user(request, _("%(n)s moved to “%(state)s”.") % {"n": moved, "state": JobState(to).label})

    def has_engrave_permission(self, request):
        return request.user.has_perm("engraving.engrave_job")

    def has_inspect_permission(self, request):
        return request.user.has_perm("engraving.inspect_job")

    @admin.action(description=_("Take up"), permissions=["engrave"])
    def take_up(self, request, queryset):
        self._move(request, queryset, JobState.TAKEN_UP)

    @admin.action(description=_("Done"), permissions=["engrave"])
    def done(self, request, queryset):
        self._move(request, queryset, JobState.DONE)

    @admin.action(description=_("Inspected"), permissions=["inspect"])
    def inspected(self, request, queryset):
        self._move(request, queryset, JobState.INSPECTED)

    @admin.action(description=_("Put back into the queue"), permissions=["engrave", "inspect"])
    def put_back(self, request, queryset):
        self._move(request, queryset, JobState.WAITING)
