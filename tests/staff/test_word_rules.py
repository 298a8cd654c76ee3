"""The words a market does not engrave, behind the shop: two people for a rule, one for an appeal, each by his role."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from catalog import proposing
from catalog.models import Proposal
from services.engraving import appealing, word_rules
from services.engraving.models import Appeal, WordRule, Zone
from tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


@pytest.fixture
def appeal() -> Appeal:
    zone = Zone.objects.filter(piece__slug="halo-band").first()
    return appealing.ask(
        "Lupercal <b>",
        zone=zone,
        face="roman",
        size="52",
        metal="yellow",
        word="lupercal",
        region_code="eu",
        language="fr",
        contact="anna@client.example",
        words="<script>alert(1)</script>",
        client_id=None,
        network_key="x",
        now=timezone.now(),
    )


def test_a_new_word_holds_once_a_second_person_approves_it(staff):
    client = staff("Merchandiser")
    form = {
        **{"word": "Lupercal", "region": "eu", "owner": "legal@house.example", "since": "2026-11-24", "harmless_in": ""},
        **{"reason_en": "it is a test.", "reason_fr": "c’est un essai.", "reason_zh_hans": "试验。"},
    }
    answer = client.post(reverse("admin:engraving_wordrule_add"), form)
    assert answer.status_code == 302, answer.context["errors"]
    assert not WordRule.objects.filter(word="Lupercal").exists()
    second = makers.User.objects.create_user("second@house.example", is_staff=True)
    proposing.approve(Proposal.objects.latest("pk").pk, by_id=second.pk, now=timezone.now())
    word_rules.forget()
    assert word_rules.broken("lupercal", region_code="eu").owner == "legal@house.example"
    assert word_rules.broken("lupercal", region_code="us") is None


def test_a_rule_needs_reason_and_owner(staff):
    answer = staff("Merchandiser").post(reverse("admin:engraving_wordrule_add"), {"word": "Lupercal", "since": "2026-11-24"})
    assert answer.status_code == 200 and {"owner"} <= set(answer.context["adminform"].form.errors)
    assert any("reason" in name for name in answer.context["adminform"].form.errors)


def test_the_demo_house_has_a_short_list_with_reasons_in_every_language():
    rows = list(WordRule.objects.all())
    assert 0 < len(rows) < 10
    assert all(row.owner and row.reason_en and row.reason_fr and row.reason_zh_hans for row in rows)


def test_an_adviser_decides_with_an_answer_and_the_client_is_written_to(staff, appeal):
    client = staff("Client adviser")
    page = reverse("admin:engraving_appeal_change", args=[appeal.pk])
    shown = client.get(page).content.decode()
    assert "Lupercal &lt;b&gt;" in shown and "<script>alert" not in shown and 'value="approve"' in shown
    act = reverse("admin:engraving_appeal_decide", args=[appeal.pk])
    client.post(act, {"act": "approve", "answer": ""})
    assert Appeal.objects.get().state == "waiting"
    client.post(act, {"act": "approve", "answer": "C’est votre nom."})
    found = Appeal.objects.get()
    assert (found.state, found.answer, found.decided_by.email) == ("approved", "C’est votre nom.", "client.adviser@house.example")
    makers.work_off()
    assert "C’est votre nom." in mail.outbox[-1].body
    assert 'value="approve"' not in client.get(page).content.decode()
    client.post(act, {"act": "decline", "answer": "Non."})
    assert Appeal.objects.get().state == "approved"


@pytest.mark.parametrize("role", ["Engraver", "Merchandiser", "Packing bench"])
def test_nobody_else_decides(staff, appeal, role):
    answer = staff(role).post(reverse("admin:engraving_appeal_decide", args=[appeal.pk]), {"act": "approve", "answer": "Yes"})
    assert answer.status_code == 403 and Appeal.objects.get().state == "waiting"


def test_a_client_has_no_way_there(client, appeal):
    client.force_login(makers.client_of("anna"))
    for name in ("decide", "change"):
        address = reverse(f"admin:engraving_appeal_{name}", args=[appeal.pk])
        assert client.post(address, {"act": "approve", "answer": "Yes"}).status_code in (302, 403)
    assert Appeal.objects.get().state == "waiting"


def test_an_appeal_is_never_edited(staff, appeal):
    client = staff("Client adviser")
    client.post(reverse("admin:engraving_appeal_change", args=[appeal.pk]), {"typed": "Other", "state": "approved"})
    assert Appeal.objects.get().typed == "Lupercal <b>" and Appeal.objects.get().state == "waiting"
