"""The bench's screen, for a tablet beside the machine: the queue, a scan, one job at a time. Works without script."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from services.engraving import exporting, working
from services.engraving.models import FailReason, Job, JobPhoto, JobState, Method, Shape
from services.engraving.refusals import SizeNotKnown
from services.foundation import days
from services.foundation.refusal import Refusal
from services.foundation.units.models import Unit

from . import bench_cards, photographing, remaking
from .bench_cards import Work
from .photograph_files import sent

View = Callable[..., HttpResponse]
ENGRAVE, INSPECT = "engraving.engrave_job", "engraving.inspect_job"


def at_the_bench(view: View) -> View:
    """Staff who engrave or inspect."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        if not (request.user.has_perm(ENGRAVE) or request.user.has_perm(INSPECT)):
            raise PermissionDenied
        return view(request, *args, **more)

    return wraps(view)(admin.site.admin_view(guarded))


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), "states": JobState, **context})


@at_the_bench
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What lies before the bench, day by day; narrowed to a method, a material or a fixture."""
    works = bench_cards.open_work()
    metals = {work.metal: work.metal_words for work in works if work.metal}
    wanted = {name: request.GET.get(name, "") for name in ("method", "metal", "shape")}
    shown = [
        work
        for work in works
        if all(
            not wish or wish == has
            for wish, has in zip(wanted.values(), (work.zone.method, work.metal, work.zone.shape), strict=True)
        )
    ]
    return _page(
        request,
        "bench/queue.html",
        title=_("Bench"),
        days=bench_cards.by_day(shown),
        today=request.now.date(),
        number=len(shown),
        filters=[
            ("method", _("Method"), Method.choices, wanted["method"]),
            ("metal", _("Material"), sorted(metals.items(), key=lambda each: each[1]), wanted["metal"]),
            ("shape", _("Fixture"), Shape.choices, wanted["shape"]),
        ],
    )


@at_the_bench
@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """A card was scanned: an engraver has the job with it, an inspector sees it."""
    try:
        job = working.find(request.POST.get("code", ""))
        if job.state == JobState.WAITING and request.user.has_perm(ENGRAVE):
            working.take_up(job, by_id=request.user.pk)
            messages.success(request, _("You have taken up this job."))
    except Refusal as no:
        messages.error(request, no.sentence())
        return HttpResponseRedirect(reverse("bench"), status=303)
    return HttpResponseRedirect(reverse("bench-job", args=[job.pk]), status=303)


@at_the_bench
@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job: its proof, its letters, and the acts that are possible now."""
    return _job_page(request, _work_of(pk))


def _work_of(pk: int) -> Work:
    work = bench_cards.of_job(pk)
    if work is None:
        raise Http404
    return work


def _job_page(request: HttpRequest, work: Work, *, no: Refusal | None = None) -> HttpResponse:
    photo = work.job.photos.order_by("-at", "-pk").first()
    ticked = set(request.POST.getlist("letter"))
    return _page(
        request,
        "bench/job.html",
        title=_("Bench: %(code)s") % {"code": work.job.code},
        work=work,
        letters=[(letter, str(letter.number) in ticked) for letter in work.letters],
        photo=photo if work.job.state in (JobState.DONE, JobState.INSPECTED) else None,
        units=list(Unit.objects.filter(order_line=work.line).order_by("serial")),
        moves=work.job.moves.select_related("by"),
        reasons=FailReason.choices,
        acts=possible(request, work),
        said={name: request.POST.get(name, "")[:200] for name in ("reason", "words")},
        refusal=no,
    )


def possible(request: HttpRequest, work: Work) -> set[str]:
    """The acts that this person can do with a job as it is now."""
    engraves, inspects = request.user.has_perm(ENGRAVE), request.user.has_perm(INSPECT)
    mine, state = work.job.taken_by_id == request.user.pk, work.job.state
    acts = {
        "take-up": engraves and state == JobState.WAITING,
        "done": engraves and state == JobState.TAKEN_UP and mine,
        "put-back": state == JobState.TAKEN_UP and (inspects or (engraves and mine)),
        "photo": engraves and state == JobState.DONE,
        "inspect": inspects and state == JobState.DONE,
        "send-back": inspects and state == JobState.DONE,
        "fail": (engraves and state == JobState.TAKEN_UP and mine) or (inspects and state == JobState.DONE),
        "resume": state == JobState.FAILED,
    }
    return {name for name, can in acts.items() if can}


@at_the_bench
@require_POST
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One act on one job. What is refused stays on its page with what was written."""
    work = _work_of(pk)
    if act not in possible(request, work):
        messages.error(request, _("This step is not possible now."))
        return HttpResponseRedirect(reverse("bench-job", args=[pk]), status=303)
    if request.POST.get("code") != work.job.code:  # the page shows a card that is void by now
        messages.error(request, _("This job was changed since you opened its page. Please look at it again."))
        return HttpResponseRedirect(reverse("bench-job", args=[pk]), status=303)
    try:
        said = _do(request, work.job, act)
    except Refusal as no:
        response = _job_page(request, _work_of(pk), no=no)
        response.status_code = 422
        return response
    messages.success(request, said)
    where = reverse("bench") if act in ("put-back", "inspect") else reverse("bench-job", args=[pk])
    return HttpResponseRedirect(where, status=303)


def _do(request: HttpRequest, job: Job, act: str) -> str:
    by_id, words = request.user.pk, request.POST.get("words", "")[:200].strip()
    if act == "take-up":
        working.take_up(job, by_id=by_id)
        return _("You have taken up this job.")
    if act == "put-back":
        working.put_back(job, by_id=by_id, for_colleague=request.user.has_perm(INSPECT))
        return _("The job is back in the queue.")
    if act == "done":
        photographing.done(job, photographing.read(request.FILES.get("photo")), by_id=by_id)
        return _("Done. A colleague inspects it next.")
    if act == "photo":
        photographing.again(job, photographing.read(request.FILES.get("photo")), by_id=by_id)
        return _("The new photograph is kept.")
    if act == "inspect":
        working.inspect(job, {int(n) for n in request.POST.getlist("letter") if n.isdecimal() and len(n) < 5}, by_id=by_id)
        return _("Inspected. The piece can be packed.")
    if act == "send-back":
        working.send_back(job, by_id=by_id, words=words)
        return _("The piece goes back to its engraver.")
    if act == "resume":
        remaking.resume(job, by_id=by_id, now=request.now)
        return _("There is a piece: the job is in the queue again, with a new card.")
    spoiled = {int(n) for n in request.POST.getlist("unit") if n.isdecimal() and len(n) < 18}
    if remaking.fail(job, reason=request.POST.get("reason", ""), words=words, unit_ids=spoiled, by_id=by_id, now=request.now):
        return _("The job begins anew with another piece. Please print its new card; the client is told.")
    return _("There is no other piece. The job waits for one; the client is told and has a choice.")


@at_the_bench
@require_GET
def photo(request: HttpRequest, pk: int) -> FileResponse:
    """The house's own picture of what an engraver sent."""
    return sent(get_object_or_404(JobPhoto, pk=pk, is_ready=True), 1600)


@at_the_bench
@require_GET
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of one job; there is none while it waits for its size."""
    work = _work_of(pk)
    if work.job.state == JobState.SIZE:
        messages.error(request, SizeNotKnown().sentence())
        return HttpResponseRedirect(reverse("bench-job", args=[pk]))
    return _pdf(bench_cards.pdf_of([work]), work.job.code)


@at_the_bench
@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """The cards of everything that waits on a day."""
    day = days.read(request.GET.get("day", ""))
    works = bench_cards.waiting_on(day) if day else []
    if not works:
        messages.info(request, _("Nothing waits on this day."))
        return HttpResponseRedirect(reverse("bench"))
    return _pdf(bench_cards.pdf_of(works), f"{day}")


@at_the_bench
@require_GET
def machine_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The proof for the machine, at 1:1 in mm: the stored SVG byte for byte, or the DXF that is made from it."""
    work = _work_of(pk)
    if work.job.state == JobState.SIZE:
        messages.error(request, SizeNotKnown().sentence())
        return HttpResponseRedirect(reverse("bench-job", args=[pk]))
    svg = work.inscription.proof_svg
    data, content = (exporting.dxf(svg), "image/vnd.dxf") if kind == "dxf" else (svg.encode(), "image/svg+xml")
    return HttpResponse(
        data,
        content_type=content,
        headers={
            "Content-Disposition": f'attachment; filename="{work.job.code}.{kind}"',
            "Content-Security-Policy": "default-src 'none'; style-src 'none'",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _pdf(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="bench-{name}.pdf"'
    return response
