"""Where a piece can be engraved, what a client had engraved, and the bench's jobs."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import dates
from django.utils.translation import gettext_lazy as _

from services.foundation import codes
from services.foundation.photographs import TakenPhotograph

from .faces import SCRIPTS


class Method(models.TextChoices):
    LASER = "laser", _("Laser engraving")
    HOT_STAMP = "hot stamp", _("Hot stamping")


class Shape(models.TextChoices):
    FLAT = "flat", _("flat")
    ARC = "arc", _("on an arc")
    BAND = "band", _("along a band, outside")
    INSIDE = "inside", _("along a band, inside")


class LengthFrom(models.TextChoices):
    FIXED = "fixed", _("as written here")
    SIZE = "size", _("the size is the inner circumference in mm (ISO 8653)")


class Surface(models.TextChoices):
    """What of a line is engraved: see `surfaces`."""

    PIECE = "piece", _("the piece")
    LID = "lid", _("the lid of its box")


class KeepOutKind(models.TextChoices):
    HALLMARK = "hallmark", _("hallmark")
    STONE = "stone", _("stone")
    EDGE = "edge", _("edge or seam")
    HINGE = "hinge", _("hinge or joint")


def every_script() -> list[str]:
    return list(SCRIPTS)


#: Days of the week as Python counts them, in Django's own words.
WEEKDAYS = list(dates.WEEKDAYS.items())


def monday_to_friday() -> list[int]:
    return [0, 1, 2, 3, 4]


class Zone(models.Model):
    """Where a piece, or the lid of a box, can be engraved, drawn in a plane of millimetres: unrolled where the metal is round
    (see `geometry`). A zone belongs to one of the two, a piece or an article of the packing bench.

    Width and height are those of the plane, for the size in the picture; on an arc the height is the depth of the band and the
    width its length along the middle, which follows from radius and sweep.
    """

    piece = models.ForeignKey(
        "catalogue.Product", models.CASCADE, null=True, blank=True, related_name="engraving_zones", verbose_name=_("piece")
    )
    box = models.ForeignKey(
        "gifting.PackingOption",
        models.CASCADE,
        null=True,
        blank=True,
        limit_choices_to={"kind": "box"},
        related_name="engraving_zones",
        verbose_name=_("or box, whose lid it is"),
    )
    code = models.SlugField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=80)
    method = models.CharField(_("method"), max_length=20, choices=Method, default=Method.LASER)
    shape = models.CharField(_("shape"), max_length=10, choices=Shape, default=Shape.FLAT)
    width_mm = models.DecimalField(_("width in mm"), max_digits=6, decimal_places=2)
    height_mm = models.DecimalField(_("height in mm"), max_digits=6, decimal_places=2)
    radius_mm = models.DecimalField(
        _("radius of the arc in mm, middle of the band"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    sweep_degrees = models.DecimalField(_("sweep of the arc in degrees"), max_digits=5, decimal_places=2, null=True, blank=True)
    is_below = models.BooleanField(_("along the lower half"), default=False)
    outline = models.JSONField(_("outline, corners in mm"), null=True, blank=True)
    length_from = models.CharField(_("length"), max_length=10, choices=LengthFrom, default=LengthFrom.FIXED)
    allowance_mm = models.DecimalField(
        _("taken off the circumference for the joint, in mm"), max_digits=5, decimal_places=2, default=0
    )
    largest_em_mm = models.DecimalField(
        _("largest letter size (em) in mm"), max_digits=6, decimal_places=3, null=True, blank=True
    )
    max_lines = models.PositiveSmallIntegerField(_("lines"), default=1)
    faces = ArrayField(models.CharField(max_length=20), verbose_name=_("typefaces"))
    scripts = ArrayField(
        models.CharField(max_length=10, choices=list(SCRIPTS.items())), default=every_script, verbose_name=_("scripts")
    )
    picture_view = models.CharField(_("picture that shows it"), max_length=40, blank=True)
    shown_width_mm = models.DecimalField(
        _("width in mm that its place on the picture shows"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    work_days = models.PositiveSmallIntegerField(_("atelier days"), default=2)

    class Meta:
        verbose_name = _("engraving zone")
        verbose_name_plural = _("engraving zones")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["piece", "code"], name="one_zone_a_code"),
            models.UniqueConstraint(fields=["box", "code"], name="one_lid_zone_a_code"),
            models.CheckConstraint(condition=models.Q(piece=None) ^ models.Q(box=None), name="a_zone_of_a_piece_or_a_box"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.width_mm} × {self.height_mm} mm)"

    @property
    def surface(self) -> str:
        """Whether it is a place on a piece or on a lid."""
        return Surface.LID if self.box_id else Surface.PIECE

    def clean(self) -> None:
        """Numbers that cannot be a place are refused, with what is wrong. A kept arc gets its true length."""
        from . import zoning

        if bool(self.piece_id) == bool(self.box_id):
            raise ValidationError(_("Please choose a piece, or a box: a place belongs to one of the two."))
        problems = zoning.problems(self)
        if problems:
            raise ValidationError([problem.words for problem in problems])


class ZoneSize(models.Model):
    """The plane of one size of a piece, where it differs from the zone's own."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="sizes", verbose_name=_("zone"))
    size = models.CharField(_("size"), max_length=20)
    width_mm = models.DecimalField(_("width in mm"), max_digits=6, decimal_places=2)
    height_mm = models.DecimalField(_("height in mm"), max_digits=6, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("size")
        verbose_name_plural = _("sizes")
        ordering = ["zone", "size"]
        constraints = [models.UniqueConstraint(fields=["zone", "size"], name="one_plane_a_size")]

    def __str__(self) -> str:
        return f"{self.size}: {self.width_mm} mm"


class KeepOut(models.Model):
    """Where nothing may be cut, and how far the ink stays away from it.

    A rectangle around a middle (in mm from the left, or at a part of the length, which follows the size; without height from
    edge to edge), or an outline in mm. Without either, it lies beyond the zone's edge, which keeps the distance already.
    """

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="keep_outs", verbose_name=_("zone"))
    kind = models.CharField(_("kind"), max_length=10, choices=KeepOutKind, default=KeepOutKind.HALLMARK)
    x_mm = models.DecimalField(_("middle, mm from the left"), max_digits=6, decimal_places=2, null=True, blank=True)
    along = models.DecimalField(
        _("or middle, part of the length (0 to 1)"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    y_mm = models.DecimalField(_("middle, mm from above"), max_digits=6, decimal_places=2, null=True, blank=True)
    width_mm = models.DecimalField(_("width in mm"), max_digits=6, decimal_places=2, null=True, blank=True)
    height_mm = models.DecimalField(_("height in mm"), max_digits=6, decimal_places=2, null=True, blank=True)
    outline = models.JSONField(_("or outline, corners in mm"), null=True, blank=True)
    clearance_mm = models.DecimalField(_("distance to keep in mm"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("keep-out")
        verbose_name_plural = _("keep-outs")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} + {self.clearance_mm} mm"


class Inscription(models.Model):
    """What one surface of a line carries. The proof is the contract: these bytes are shown, hashed, printed and engraved.

    The words on a lid stand with the line that has the box (`gifting.Wrapping` without ``in_box_of``): once for each box.
    """

    bag_line = models.ForeignKey(
        "basket.Line",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="inscriptions",
        related_query_name="inscription",
        verbose_name=_("bag line"),
    )
    order_line = models.ForeignKey(
        "order.Line",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inscriptions",
        related_query_name="inscription",
        verbose_name=_("order line"),
    )
    surface = models.CharField(_("surface"), max_length=10, choices=Surface, default=Surface.PIECE)
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="inscriptions", verbose_name=_("zone"))
    face = models.CharField(_("typeface"), max_length=20)
    typed = models.TextField(_("as typed"))
    text = models.TextField(_("text (NFC)"))
    proof_svg = models.TextField(_("proof"))
    proof_sha256 = models.CharField(_("proof's SHA-256"), max_length=64, db_index=True)
    em_mm = models.DecimalField(_("letter size (em) in mm"), max_digits=6, decimal_places=3)
    rules_version = models.CharField(_("rules"), max_length=20)
    face_version = models.CharField(_("typeface's SHA-256"), max_length=64)
    size = models.CharField(_("size"), max_length=20, blank=True)
    inputs = models.JSONField(_("what the proof was computed from"), default=dict)
    hallmark_mm = models.DecimalField(
        _("distance from the hallmark in mm"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    spelling_words = models.TextField(_("spelling confirmed with these words"))
    final_sale_words = models.TextField(_("no return confirmed with these words"))
    language = models.CharField(_("language"), max_length=10)
    confirmed_at = models.DateTimeField(_("confirmed"))
    #: The client asked for a sizer: nothing is engraved before the size is confirmed.
    waits_for_size = models.BooleanField(_("waits for the size"), default=False)
    #: The client took the engraving off its order; what was agreed stays on record.
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("inscription")
        verbose_name_plural = _("inscriptions")
        constraints = [
            models.CheckConstraint(condition=models.Q(bag_line=None) ^ models.Q(order_line=None), name="on_a_bag_or_an_order"),
            models.UniqueConstraint(fields=["bag_line", "surface"], name="one_inscription_a_surface_in_a_bag"),
            models.UniqueConstraint(fields=["order_line", "surface"], name="one_inscription_a_surface_of_an_order"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_lid(self) -> bool:
        """Whether it stands on the lid of the box."""
        return self.surface == Surface.LID

    @property
    def width_mm(self) -> str:
        """Width of the plane it was laid out in; "" for the oldest."""
        return self.inputs.get("area", {}).get("width_mm", "")

    @property
    def height_mm(self) -> str:
        """Height of that plane."""
        return self.inputs.get("area", {}).get("height_mm", "")


class JobState(models.TextChoices):
    SIZE = "size", _("Waits for the size")
    WAITING = "waiting", _("Waiting")
    TAKEN_UP = "taken up", _("Taken up")
    DONE = "done", _("Done")
    INSPECTED = "inspected", _("Inspected")
    FAILED = "failed", _("Waits for a new piece")
    CANCELLED = "cancelled", _("Cancelled")


#: Each state of a job and where it may go. What failed waits again as soon as there is a piece to begin anew with.
JOB_MOVES: dict[str, frozenset[str]] = {
    JobState.SIZE: frozenset({JobState.WAITING, JobState.CANCELLED}),
    JobState.WAITING: frozenset({JobState.TAKEN_UP, JobState.CANCELLED}),
    JobState.TAKEN_UP: frozenset({JobState.DONE, JobState.WAITING, JobState.FAILED}),
    JobState.DONE: frozenset({JobState.INSPECTED, JobState.TAKEN_UP, JobState.FAILED}),
    JobState.INSPECTED: frozenset(),
    JobState.FAILED: frozenset({JobState.WAITING, JobState.CANCELLED}),
    JobState.CANCELLED: frozenset(),
}


#: Nobody at the bench has begun: the client can still change the text, leave it out, or cancel.
NOT_BEGUN = (JobState.SIZE, JobState.WAITING)
#: Not on the piece yet, as far as the order is concerned.
OPEN_JOBS = (JobState.SIZE, JobState.WAITING, JobState.TAKEN_UP, JobState.DONE, JobState.FAILED)
#: How the code on a card is grouped.
CODE_GROUPS = (4, 4)


def new_code() -> str:
    """The code of a card: 26^8 possibilities, and of use to staff alone."""
    return codes.new(*CODE_GROUPS)


class Job(models.Model):
    """One inscription on its way through the bench.

    ``code`` stands on the bench card. Whatever makes a card void (another text, another piece) gives the job a new code.
    """

    inscription = models.OneToOneField(Inscription, models.PROTECT, related_name="job", verbose_name=_("inscription"))
    state = models.CharField(_("state"), max_length=20, choices=JobState, default=JobState.WAITING)
    due_on = models.DateField(_("due"), null=True, blank=True)
    code = models.CharField(_("code"), max_length=12, unique=True, default=new_code)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("taken up by")
    )
    remakes = models.PositiveSmallIntegerField(_("made anew"), default=0)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        verbose_name = _("engraving job")
        verbose_name_plural = _("engraver's queue")
        ordering = ["due_on", "id"]
        permissions = [("engrave_job", "Can take up and engrave"), ("inspect_job", "Can inspect what a colleague engraved")]

    def __str__(self) -> str:
        return f"{self.inscription} ({self.get_state_display()})"


class FailReason(models.TextChoices):
    SLIPPED = "slipped", _("The tool slipped")
    LETTER = "letter", _("A letter is wrong or missing")
    PLACE = "place", _("Out of its place")
    DEPTH = "depth", _("Too deep or too faint")
    PIECE = "piece", _("The piece is damaged")
    OTHER = "other", _("Another reason")


class JobMove(models.Model):
    """Who moved a job, when, and why where it failed. Rows are never changed."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="moves", verbose_name=_("job"))
    old_state = models.CharField(max_length=20, choices=JobState)
    new_state = models.CharField(max_length=20, choices=JobState)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=20, choices=FailReason, blank=True)
    words = models.CharField(_("words"), max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("move")
        verbose_name_plural = _("moves")

    def __str__(self) -> str:
        return f"{self.old_state} → {self.new_state}"


class JobPhoto(TakenPhotograph):
    """What the engraver photographed when he was done."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="photos", verbose_name=_("job"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("photograph")
        verbose_name_plural = _("photographs")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.job_id} {self.at:%Y-%m-%d %H:%M}"


class Station(models.Model):
    """A place at which engraving is done: what it can do, and how many pieces a day. Staff edit it."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    methods = ArrayField(models.CharField(max_length=20, choices=Method), verbose_name=_("methods"))
    pieces_a_day = models.PositiveSmallIntegerField(_("pieces a day"), default=6)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=WEEKDAYS), verbose_name=_("works on"), default=monday_to_friday
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("station")
        verbose_name_plural = _("stations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RestReason(models.TextChoices):
    HOLIDAY = "holiday", _("Holiday")
    MACHINE = "machine", _("Machine down")
    ENGRAVER = "engraver", _("Engraver away")


class StationRest(models.Model):
    """A day on which a station does not work."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="rests", verbose_name=_("station"))
    day = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=20, choices=RestReason, default=RestReason.HOLIDAY)

    class Meta:
        verbose_name = _("day of rest")
        verbose_name_plural = _("days of rest")
        ordering = ["day"]
        constraints = [models.UniqueConstraint(fields=["station", "day"], name="one_rest_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.get_reason_display()}"


class BenchSlot(models.Model):
    """One piece's time at a station on a day: free, or reserved for a surface of an order line. Never counted, only claimed."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="slots", verbose_name=_("station"))
    day = models.DateField(_("day"))
    number = models.PositiveSmallIntegerField(_("number"))
    order_line = models.ForeignKey(
        "order.Line", models.PROTECT, null=True, blank=True, related_name="bench_slots", verbose_name=_("reserved for")
    )
    #: Empty while it is free.
    surface = models.CharField(_("surface"), max_length=10, choices=Surface, blank=True)

    class Meta:
        verbose_name = _("place at the bench")
        verbose_name_plural = _("places at the bench")
        ordering = ["day", "station", "number"]
        constraints = [models.UniqueConstraint(fields=["station", "day", "number"], name="one_slot_a_number")]
        indexes = [models.Index(fields=["day", "station"], condition=models.Q(order_line=None), name="free_bench_slots")]

    def __str__(self) -> str:
        return f"{self.day} {self.station} {self.number}"


class Answer(models.TextChoices):
    APPROVED = "approved", _("approves it")
    AGAIN = "again", _("asks to look again")


class SecondLook(models.Model):
    """A link with which somebody else looks at a proof, without price or client, and what he answered. See `second_looks`.

    Only the token's hash is kept. It counts for the very proof whose hash it carries: another text wants another look.
    """

    inscription = models.ForeignKey(Inscription, models.CASCADE, related_name="second_looks", verbose_name=_("inscription"))
    proof_sha256 = models.CharField(_("proof's SHA-256"), max_length=64)
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("valid until"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    times = models.PositiveSmallIntegerField(_("answers"), default=0)

    class Meta:
        verbose_name = _("second look")
        verbose_name_plural = _("second looks")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer="") ^ models.Q(answered_at__isnull=False), name="answered_at_a_moment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d} {self.answer}".strip()


class WordRule(models.Model):
    """A word that we do not engrave in a market without a person's word on it: the reason, which clients read, and its owner.

    The list is short, and nothing beside it is ever refused for what it means. See `word_rules`.
    """

    region = models.ForeignKey(
        "regions.Region",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("market"),
        help_text=_("Empty: in every market."),
    )
    word = models.CharField(
        _("word"), max_length=60, help_text=_("Found as whole words, in capitals too; hanzi wherever they stand.")
    )
    harmless_in = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("harmless in"),
        default=list,
        blank=True,
        help_text=_("Longer words in which it does no harm, separated by commas."),
    )
    reason = models.CharField(
        _("reason"), max_length=240, help_text=_("The client reads it after the word and a colon; it ends with a full stop.")
    )
    owner = models.CharField(_("whom to ask"), max_length=120)
    since = models.DateField(_("since"), default=date.today)

    class Meta:
        verbose_name = _("word we do not engrave")
        verbose_name_plural = _("words we do not engrave")
        ordering = ["word", "region"]
        constraints = [
            models.UniqueConstraint(fields=["word"], condition=models.Q(region=None), name="one_rule_a_word_everywhere"),
            models.UniqueConstraint(fields=["region", "word"], name="one_rule_a_word_and_market"),
        ]

    def __str__(self) -> str:
        return self.word


class AppealState(models.TextChoices):
    WAITING = "waiting", _("Waits for a person")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Not approved")


class Appeal(models.Model):
    """A client asks a person about a text that a word rule refused. What was approved is let through for him. See `appealing`."""

    zone = models.ForeignKey(Zone, models.CASCADE, related_name="+", verbose_name=_("zone"))
    #: For a lid: the piece whose box it is, on whose page the client was.
    for_piece = models.ForeignKey(
        "catalogue.Product", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("piece")
    )
    face = models.CharField(_("typeface"), max_length=20)
    size = models.CharField(_("size"), max_length=20, blank=True)
    metal = models.CharField(_("metal or material"), max_length=30, blank=True)
    typed = models.TextField(_("text"))
    text_sha256 = models.CharField(max_length=64, db_index=True)
    word = models.CharField(_("word"), max_length=60)
    region = models.ForeignKey("regions.Region", models.CASCADE, related_name="+", verbose_name=_("market"))
    language = models.CharField(_("language"), max_length=10)
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("client")
    )
    contact = models.CharField(_("contact"), max_length=254)
    words = models.CharField(_("what the client says"), max_length=500, blank=True)
    network_key = models.CharField(max_length=64, editable=False)
    made_at = models.DateTimeField(_("asked"))
    state = models.CharField(_("state"), max_length=10, choices=AppealState, default=AppealState.WAITING, db_index=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    answer = models.CharField(_("answer to the client"), max_length=500, blank=True)
    token_sha256 = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    expires_at = models.DateTimeField(_("link valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("appeal about a word")
        verbose_name_plural = _("appeals about words")
        ordering = ["-made_at", "-id"]
        permissions = [("decide_appeal", "Can decide an appeal about a word")]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "text_sha256", "region"],
                condition=models.Q(state="waiting"),
                name="one_appeal_a_text_waits",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting") | models.Q(decided_at__isnull=False), name="appeal_decided_at_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return " / ".join(self.typed.splitlines())

    @property
    def piece(self):
        """The piece that the text is for, or for whose box."""
        return self.zone.piece or self.for_piece
