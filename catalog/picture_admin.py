"""The merchandiser's pictures: upload, state, and what a piece still lacks."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.validators import RegexValidator
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from modeltranslation.admin import TranslationTabularInline

from services.foundation.refusal import Refusal
from services.foundation.texts_admin import TextsAdmin, TextsForm, texts_fieldset

from . import completeness, inspecting, picture_refusals, uploading
from .models import Metal, Picture, Product, Work
from .views_required import named
from .zone_on_picture import is_zone


class PictureForm(TextsForm):
    """A picture with the file that becomes it. Nothing is decoded here: the door reads headers, the worker pixels."""

    file = forms.FileField(
        label=_("file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif,image/tiff"}),
        help_text=_("JPEG, PNG, WebP, AVIF or TIFF, 4:5; at most 40 MB and 60 megapixels, the short side at least 1200 pixels."),
    )
    view = forms.CharField(
        label=_("view"),
        max_length=40,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Please use small letters and figures, joined by hyphens."))],
        help_text=_("For example front, profile, clasp, engraving, worn or box. A metal that is shown is added by itself."),
        widget=forms.TextInput(attrs={"size": 18}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file is None:
            if self.instance.pk is None:
                raise forms.ValidationError(gettext("Please choose a file."))
            return None
        try:
            if file.size > inspecting.MOST_MB * 1024 * 1024:
                raise picture_refusals.TooHeavy(most=inspecting.MOST_MB)
            inspecting.look(file.read())
        except Refusal as no:
            raise forms.ValidationError(no.sentence(), code=no.code) from no
        return file

    def clean(self) -> dict[str, Any]:
        """Call the view after its metal, and keep one picture a view."""
        data = super().clean() or {}
        view, metal = data.get("view"), data.get("metal")
        if not view:
            return data
        if metal:
            view = named(view, metal.pk, Metal.objects.values_list("pk", flat=True))
        if len(view) > 40:
            self.add_error("view", gettext("Please choose a shorter name."))
            return data
        data["view"] = view
        piece = data.get("piece") or getattr(self.instance, "piece", None)
        if piece and piece.pk and Picture.objects.filter(piece=piece, view=view).exclude(pk=self.instance.pk).exists():
            self.add_error("view", gettext("This piece already has a picture of this view. Please upload the new file there."))
        return data

    def save(self, commit: bool = True) -> Picture:
        picture = self.instance
        if picture.pk is None:
            picture.is_ready, picture.work = False, Work.WAITING
        uploading.say_what_it_shows(picture)
        super().save(commit)
        if commit:
            self.take_file()
        return picture

    def moves_the_zone(self) -> bool:
        """Whether a new file comes under a place for engraving that was measured on the former one."""
        return bool(self.cleaned_data.get("file") and self.instance.zone and "zone" not in self.changed_data)

    def take_file(self) -> None:
        """Once the picture is saved: keep its file and post the work, in the form's transaction."""
        if self.cleaned_data.get("file"):
            uploading.take(self.instance, self.cleaned_data["file"])


def warn_of_the_zone(request, forms_saved) -> None:
    """The proof is laid where the former file showed the place: staff look whether the new one does too."""
    for form in forms_saved:
        if form.moves_the_zone():
            said = gettext("The engraving is laid onto %(view)s where the former picture had its place. Please look at a proof.")
            messages.warning(request, said % {"view": form.instance.view})


class Pictured:
    """What list, row and page say of a picture."""

    @admin.display(description=_("picture"))
    def look(self, picture: Picture) -> str:
        if not (picture.is_ready and picture.widths):
            return ""
        width = 80
        return format_html(
            '<img src="{}{}.{}.jpg" alt="{}" width="{}" height="{}">',
            settings.MEDIA_URL,
            picture.stem,
            picture.widths[0],
            picture.alt,
            width,
            round(width * picture.height / picture.width),
        )

    @admin.display(description=_("state"), ordering="work")
    def standing(self, picture: Picture) -> str:
        if picture.pk is None:
            return ""
        if picture.work == Work.FAILED:
            said = picture_refusals.sentence_of(picture.trouble)
        elif picture.work == Work.WAITING:
            said = gettext("Being prepared; this takes a minute.")
        else:
            return str(Work.READY.label)
        if picture.is_ready:
            said += " " + gettext("Until then the former picture is shown.")
        return said

    def get_fields(self, request, obj=None):
        """Who may only look has no file to choose."""
        may = self.has_add_permission(request, obj) if isinstance(self, admin.TabularInline) else self.has_add_permission(request)
        if may or self.has_change_permission(request, obj):
            return self.fields
        return [name for name in self.fields if name != "file"]


def refuse_a_loss(piece: Product, shown: list[completeness.Shown]) -> str:
    """Why a public piece must keep the pictures it has; empty when these are enough. The piece is locked meanwhile."""
    found = Product.objects.select_for_update(of=("self",)).filter(pk=piece.pk, is_public=True).first()
    if found is None or not (lacking := completeness.lost(found, shown)):
        return ""
    said = gettext(
        "This piece is public and needs these views: %(views)s. Please upload a new file in their place, or take it off first."
    )
    return said % {"views": completeness.words(found, lacking)}


def without(pictures) -> list[str]:
    """Why these pictures must stay, a sentence for each public piece that needs one of them."""
    sentences = []
    with transaction.atomic():
        for piece in Product.objects.filter(pictures__in=pictures).distinct():
            left = piece.pictures.filter(is_ready=True).exclude(pk__in=[picture.pk for picture in pictures])
            if said := refuse_a_loss(piece, list(left.values_list("view", "metal_id"))):
                sentences.append(f"{piece.get_title()}: {said}")
    return sentences


class PicturesOfAPiece(forms.BaseInlineFormSet):
    """All pictures of a piece: a public one keeps the views it needs."""

    def clean(self):
        super().clean()
        standing = [one for one in self.forms if one.instance.pk and one.instance.is_ready]
        stay = [one for one in standing if not (self.can_delete and self._should_delete_form(one))]
        if any(self.errors) or not self.instance.is_public or not any(one.has_changed() for one in standing):
            return
        shown = [(one.cleaned_data["view"], metal.pk if (metal := one.cleaned_data["metal"]) else None) for one in stay]
        if said := refuse_a_loss(self.instance, shown):
            raise forms.ValidationError(said)


class PictureInline(Pictured, TranslationTabularInline):
    model = Picture
    form = PictureForm
    formset = PicturesOfAPiece
    extra = 0
    fields = ("look", "view", "metal", "file", "standing", "alt", "position")
    readonly_fields = ("look", "standing")
    show_change_link = True


class PictureZoneForm(PictureForm):
    """With the place that can be engraved, as the studio measures it."""

    def clean(self):
        """A public piece keeps the views it needs, whatever they are called."""
        data = super().clean()
        picture = self.instance
        if picture.pk and picture.is_ready and {"view", "metal"} & set(self.changed_data) and data.get("view"):
            others = picture.piece.pictures.filter(is_ready=True).exclude(pk=picture.pk).values_list("view", "metal_id")
            metal = data.get("metal")
            if said := refuse_a_loss(picture.piece, [*others, (data["view"], metal.pk if metal else None)]):
                self.add_error("view", said)
        return data

    def clean_piece(self):
        piece = self.cleaned_data["piece"]
        if piece.is_child:
            raise forms.ValidationError(gettext("Please choose the piece itself, not one of its variants."))
        return piece

    def clean_zone(self):
        zone = self.cleaned_data["zone"]
        if zone is not None and not is_zone(zone):
            raise forms.ValidationError(
                gettext(
                    "Please write the four corners as fractions of the picture, from the upper left round: "
                    '{"quad": [[0.2, 0.4], [0.8, 0.4], [0.8, 0.5], [0.2, 0.5]]}; "grid" may bend it with rows of points.'
                )
            )
        return zone


@admin.register(Picture)
class PictureAdmin(Pictured, TextsAdmin):
    """Every picture of the house, and what became of each upload."""

    form = PictureZoneForm
    change_form_template = "admin/picture_page.html"
    list_display = ("look", "piece", "view", "metal", "standing", "position")
    list_display_links = ("look", "piece")
    list_filter = ("work", "is_ready", "metal")
    list_select_related = ("piece", "metal")
    search_fields = ("piece__title", "piece__upc", "view")
    fields = ("piece", "look", "view", "metal", "file", "standing", "position", "zone")
    readonly_fields = ("look", "standing")
    raw_id_fields = ("piece",)
    actions = ["try_again"]

    def get_fieldsets(self, request, obj=None):
        return [(None, {"fields": self.get_fields(request, obj)}), texts_fieldset(["alt"])]

    def get_readonly_fields(self, request, obj=None):
        """A picture stays with its piece: under another its words would be read without a second person."""
        return (*self.readonly_fields, *(("piece",) if obj else ()))

    def get_deleted_objects(self, objs, request):
        """Django's page of a deletion says why not, and then deletes nothing."""
        to_delete, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, lacking, [*protected, *without(list(objs))]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        form.take_file()
        warn_of_the_zone(request, [form])

    def get_urls(self):
        own = path("<int:pk>/again/", self.admin_site.admin_view(require_POST(self.again)), name="picture_again")
        return [own, *super().get_urls()]

    def again(self, request, pk: int):
        """The button of one picture's page."""
        picture = get_object_or_404(Picture, pk=pk)
        if self.has_change_permission(request, picture):
            self._say(request, uploading.again(picture))
        return HttpResponseRedirect(reverse("admin:catalogue_picture_change", args=[pk]))

    @admin.action(description=_("Try again now"), permissions=["change"])
    def try_again(self, request, queryset):
        self._say(request, sum(uploading.again(picture) for picture in queryset))

    def _say(self, request, tried: int) -> None:
        if tried:
            said = ngettext("One picture is being prepared again.", "%(n)s pictures are being prepared again.", tried)
            messages.success(request, said % {"n": tried})
        else:
            messages.info(request, gettext("None of these has failed: there is nothing to try again."))


class PieceForm(forms.ModelForm):
    """A piece becomes public only with every view that the house asks for."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        piece = self.instance
        begins = data.get("is_public") and (piece.pk is None or "is_public" in self.changed_data)
        if not begins or data.get("structure", piece.structure) == Product.CHILD:
            return data
        chosen = data.get("product_class", piece.product_class)
        lacking = completeness.missing_of(piece, kind=chosen.slug if chosen else "")
        if lacking:
            self.add_error(
                "is_public",
                gettext(
                    "This piece cannot be public yet. Missing: %(views)s. Please save it without this tick, upload what is "
                    "missing, and set the tick once the pictures are ready."
                )
                % {"views": completeness.words(piece, lacking)},
            )
        return data


class Complete:
    """For the pieces' admin: what is missing at the top of a page, and a column in the list."""

    form = PieceForm

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("product_class").prefetch_related(*completeness.PREFETCH)

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        if formset.model is Picture:
            saved = [one for one in formset.forms if one.has_changed() and one not in formset.deleted_forms]
            warn_of_the_zone(request, saved)

    def get_changeform_initial_data(self, request):
        return {"is_public": False, **super().get_changeform_initial_data(request)}

    @admin.display(description=_("complete"), boolean=True)
    def is_complete(self, piece: Product) -> bool | None:
        return None if piece.is_child else not completeness.missing_of(piece)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and not obj.is_child:
            lacking = completeness.missing_of(obj)
            if lacking:
                said = gettext("Pictures missing: %(views)s.") % {"views": completeness.words(obj, lacking)}
                messages.warning(request, said)
        return super().render_change_form(request, context, add, change, form_url, obj)
