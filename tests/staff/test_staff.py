"""The rooms behind the shop: who sees what, and every step through the admin as staff take it."""

import io

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from checkout.order.models import Order, OrderStatusChange
from checkout.order.states import OrderState
from services.engraving.models import Job, JobMove, JobState
from services.foundation.provider.models import AttemptState
from services.foundation.refusal import Refusal
from services.foundation.units.models import Unit
from tests import makers
from tests.makers import fill, pay, place, variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
ROOMS = {
    "catalogue_product": {"Merchandiser", "Launch manager", "Client adviser", "Copy and legal"},
    "units_unit": {"Merchandiser", "Launch manager", "Client adviser"},
    "engraving_zone": {"Merchandiser"},
    "gifting_packingoption": {"Merchandiser", "House manager"},
    "regions_region": {"House manager"},
    "delivery_holiday": {"Dispatch", "House manager"},
    "outbox_job": {"House manager"},
    "provider_event": {"Payments desk"},
    "engraving_job": {"Engraver", "Inspector"},
    "order_order": {"Packing bench", "Dispatch", "Payments desk", "Client adviser"},
    "launches_launch": {"Launch manager", "Copy and legal"},
    "book_entry": {"Payments desk"},
    "provider_attempt": {"Payments desk"},
    "deferred_plan": {"Payments desk"},
    "clients_user": {"Client adviser"},
}


@pytest.mark.parametrize("role", sorted({r for roles in ROOMS.values() for r in roles}))
def test_each_role_sees_only_its_rooms(staff, role):
    client = staff(role)
    assert client.get("/staff/").status_code == 200
    for room, roles in ROOMS.items():
        status = client.get(reverse(f"admin:{room}_changelist")).status_code
        assert status == (200 if role in roles else 403), room


def test_a_client_has_no_key_to_the_rooms(client):
    client.force_login(makers.client_of("carla"))
    assert client.get("/staff/").status_code == 302
    assert client.get("/staff/order/order/").status_code == 302


def test_staff_pages_carry_the_strict_policy(staff):
    answer = staff("Engraver").get("/staff/engraving/job/")
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store, private"


def photograph() -> SimpleUploadedFile:
    kept = io.BytesIO()
    Image.new("RGB", (1600, 1200), "#B08D57").save(kept, "JPEG")
    return SimpleUploadedFile("photo.jpg", kept.getvalue(), "image/jpeg")


def bench(client, act: str, **more):
    """One act on the only job, as its page at the bench sends it."""
    job = Job.objects.get()
    return client.post(reverse("bench-act", args=[job.pk, act]), {"code": job.code, **more}, follow=True)


def step(client, order: Order, act: str):
    return client.post(reverse("admin:order_act", args=[order.pk, act]), follow=True)


def test_an_order_goes_through_every_room(staff, standin):
    order = pay(place(fill(variant(), engraved="A & P", gift=makers.GIFT)), standin)
    engraver = staff("Engraver")
    page = engraver.get("/staff/engraving/job/").content.decode()
    assert "A &amp; P" in page and "/staff/proofs/" in page
    assert engraver.get(f"/staff/engraving/job/{Job.objects.get().pk}/change/").status_code == 200
    engraver.post("/staff/bench/scan/", {"code": Job.objects.get().code})
    bench(engraver, "done", photo=photograph())
    makers.work_off()
    every = [str(n) for n in range(1, 4)]
    bench(engraver, "inspect", letter=every)  # not this role's step
    assert Job.objects.get().state == JobState.DONE
    both = makers.User.objects.get(email="engraver@house.example")
    both.groups.add(Group.objects.get(name="Inspector"))
    assert "ask a colleague" in bench(engraver, "inspect", letter=every).content.decode()  # nor one's own work
    assert Job.objects.get().state == JobState.DONE
    bench(staff("Inspector"), "inspect", letter=every)
    order.refresh_from_db()
    assert order.status == OrderState.READY_TO_PACK
    packer = staff("Packing bench")
    page = packer.get(reverse("admin:order_order_change", args=[order.pk])).content.decode()
    assert "1,750" not in page and "1,750" not in packer.get("/staff/order/order/").content.decode()
    assert "For you," in page and order.number in page and "Dispatch and capture" not in page
    slip = packer.get(reverse("admin:order_slip", args=[order.pk]))
    assert slip["Content-Type"] == "application/pdf"
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(slip.content)).pages)
    assert order.number in text and "always." in text
    for money in ("1,750", "1750", "€", "EUR", "TVA", "VAT", "Total", "Tax", "291"):
        assert money not in text
    step(packer, order, "dispatch")
    order.refresh_from_db()
    assert order.status == OrderState.READY_TO_PACK  # not this role's step
    assert step(packer, order, "pack").status_code == 200  # no button closes a box: the bench does
    order.refresh_from_db()
    assert order.status == OrderState.READY_TO_PACK
    makers.pack(order, by_id=makers.User.objects.get(email="packing.bench@house.example").pk)
    dispatcher = staff("Dispatch")
    html = step(dispatcher, order, "dispatch").content.decode()
    assert "On its way" in html
    order.refresh_from_db()
    attempt = order.attempts.get()
    assert (order.status, attempt.state, attempt.captured_amount) == (
        OrderState.DISPATCHED,
        AttemptState.CAPTURED,
        order.total_incl_tax,
    )
    step(dispatcher, order, "hand_over")
    movers = list(OrderStatusChange.objects.filter(order=order).order_by("pk").values_list("new_status", "by__name"))
    assert movers[2:] == [
        ("in atelier", "Engraver"),
        ("ready to pack", "Inspector"),
        ("packed", "Packing bench"),
        ("dispatched", "Dispatch"),
        ("handed over", "Dispatch"),
    ]
    assert list(JobMove.objects.order_by("pk").values_list("new_state", "by__name")) == [
        ("taken up", "Engraver"),
        ("done", "Engraver"),
        ("inspected", "Inspector"),
    ]


def test_dispatch_says_when_the_provider_is_away_and_never_charges_twice(staff, standin):
    order = pay(place(fill(variant())), standin)
    makers.pack(order)
    dispatcher = staff("Dispatch")
    standin.fault("answer_lost", method="POST", prefix="/v1/payment_intents")
    assert "does not answer" in step(dispatcher, order, "dispatch").content.decode()
    order.refresh_from_db()
    assert order.status == OrderState.PACKED
    step(dispatcher, order, "dispatch")
    order.refresh_from_db()
    assert order.status == OrderState.DISPATCHED
    assert order.attempts.get().captured_amount == order.total_incl_tax


def test_an_order_under_review_waits_until_it_is_released(staff, standin):
    order = pay(place(fill(variant(), engraved="A & P")), standin)
    desk = staff("Payments desk")
    step(desk, order, "review")
    order.refresh_from_db()
    assert order.status == OrderState.UNDER_REVIEW
    with pytest.raises(Refusal):
        makers.pack(order)
    assert "held back for review" in bench(staff("Engraver"), "take-up").content.decode()
    order.refresh_from_db()
    assert (order.status, Job.objects.get().state) == (OrderState.UNDER_REVIEW, JobState.WAITING)
    step(staff("Payments desk"), order, "release")
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED
    bench(staff("Engraver"), "take-up")
    assert Job.objects.get().state == JobState.TAKEN_UP


def test_an_unpaid_order_is_neither_held_nor_released_nor_sent(staff, standin):
    order = place(fill(variant()))
    desk = staff("Payments desk")
    step(desk, order, "review")
    step(desk, order, "release")
    order.refresh_from_db()
    assert order.status == OrderState.AWAITING_PAYMENT
    paid = pay(order, standin)
    makers.pack(paid)
    makers.attempt_of(paid).__class__.objects.filter(order=paid).update(state=AttemptState.VOIDED)  # the bank let it lapse
    assert "not covered by a payment" in step(staff("Dispatch"), paid, "dispatch").content.decode()
    paid.refresh_from_db()
    assert paid.status == OrderState.PACKED


def test_staff_withdraw_a_unit_without_undoing_a_claim_made_meanwhile(staff):
    piece = variant()
    makers.keep_units(piece, 1)
    unit = Unit.objects.get(variant=piece)
    order = place(fill(variant("arc-bangle")))
    original = admin.ModelAdmin.save_form

    def claimed_meanwhile(self, request, form, change):
        Unit.objects.filter(pk=unit.pk).update(order_line=order.lines.get())  # between reading the row and saving it
        return original(self, request, form, change)

    form = {"serial": unit.serial, "variant": piece.pk, "location": "vitrine", "edition_number": unit.edition_number or ""}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(admin.ModelAdmin, "save_form", claimed_meanwhile)
        answer = staff("Merchandiser").post(reverse("admin:units_unit_change", args=[unit.pk]), form)
    assert answer.status_code == 302
    unit.refresh_from_db()
    assert (unit.location, unit.order_line.order) == ("vitrine", order)


def test_an_adviser_cancels_before_the_bench(staff, standin):
    order = pay(place(fill(variant())), standin)
    client, act = staff("Client adviser"), reverse("admin:order_act", args=[order.pk, "cancel"])
    shown = client.post(act)  # what will happen, before it does
    order.refresh_from_db()
    assert (shown.status_code, order.status) == (200, OrderState.CONFIRMED)
    assert client.post(act, {"reason": " "}).status_code == 422
    client.post(act, {"reason": "As the client asked", "shown": "what was true yesterday"})
    order.refresh_from_db()
    assert order.status == OrderState.CONFIRMED
    client.post(act, {"reason": "As the client asked", "shown": shown.context["outcome"].version})
    order.refresh_from_db()
    assert order.status == OrderState.CANCELLED
    move = OrderStatusChange.objects.get(order=order, new_status="cancelled")
    assert (move.by.name, move.reason) == ("Client adviser", "As the client asked")


def test_nobody_edits_the_book_or_an_order(client):
    boss = makers.User.objects.create_superuser("boss@house.example", "x" * 12)
    client.force_login(boss)
    order = place(fill(variant()))
    for room, pk in (
        ("order_order", order.pk),
        ("book_entry", order.book_entries.get().pk),
        ("provider_attempt", order.attempts.get().pk),
    ):
        assert client.get(reverse(f"admin:{room}_change", args=[pk])).status_code == 200
        assert client.post(reverse(f"admin:{room}_change", args=[pk]), {}).status_code == 403
        assert client.post(reverse(f"admin:{room}_delete", args=[pk]), {"post": "yes"}).status_code == 403
        assert client.get(reverse(f"admin:{room}_add")).status_code == 403


@pytest.mark.parametrize("language", ["zh-hans", "fr", "en"])
def test_every_room_opens_in_every_language(client, language, standin):
    boss = makers.User.objects.create_superuser("boss@house.example", "x" * 12)
    client.force_login(boss)
    pay(place(fill(variant(), engraved="A", gift=makers.GIFT), payment="instalments"), standin)
    from django.contrib import admin

    for model, room in admin.site._registry.items():
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        answer = client.get(reverse(f"admin:{name}_changelist"), headers={"Accept-Language": language})
        assert answer.status_code == 200, name
        row = room.get_queryset(answer.wsgi_request).first()
        if row is not None:
            assert client.get(reverse(f"admin:{name}_change", args=[row.pk])).status_code == 200, name
        if room.has_add_permission(answer.wsgi_request):
            assert client.get(reverse(f"admin:{name}_add")).status_code == 200, name


def test_the_merchandiser_draws_a_zone_with_its_keep_outs_and_sees_it_to_scale(staff):
    from services.engraving.models import Zone

    client, zone = staff("Merchandiser"), Zone.objects.get(piece__slug="filament-plate")
    url = reverse("admin:engraving_zone_change", args=[zone.pk])
    page = client.get(url)
    assert "<svg" in page.content.decode() and "zone-drawing" in page.content.decode()
    form = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
    form |= {"faces": "roman,kai", "scripts": "latin,hanzi", "outline": "null"}
    form |= {f"{inline}-TOTAL_FORMS": "0" for inline in ("sizes", "keep_outs")}
    form |= {f"{inline}-INITIAL_FORMS": "0" for inline in ("sizes", "keep_outs")}
    mark = {"keep_outs-TOTAL_FORMS": "1", "keep_outs-0-kind": "hallmark", "keep_outs-0-x_mm": "9", "keep_outs-0-outline": "null"}
    mark |= {"keep_outs-0-clearance_mm": "1"}
    answer = client.post(url, form | mark | {"keep_outs-0-width_mm": "18"})
    assert answer.status_code == 200 and "leave no room" in answer.content.decode()
    assert client.post(url, form | mark | {"keep_outs-0-width_mm": "2"}).status_code == 302
    assert zone.keep_outs.get().x_mm == 9
    answer = client.post(url, form | {"outline": "[[0, 0], [4, 4], [4, 0], [0, 4]]"})
    assert answer.status_code == 200 and "do not cross" in answer.content.decode()
