"""The advisers' page of links to pay."""

import pytest

from checkout.paylinks import linking
from checkout.paylinks.models import PayLink
from checkout.paylinks.states import LinkState
from tests.makers import variant
from tests.orders.test_pay_links import made
from tests.staff.test_transfers import somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
PAGE = "/staff/pay-links/"


def typed(**changed) -> dict[str, str]:
    fields = {"client_name": "Anna", "email": "anna@client.example", "region": "eu", "language": "en", "hours": "24"}
    return fields | {"country": "FR", "piece-0": variant().upc, "quantity-0": "2"} | changed


def test_an_adviser_makes_a_link_sees_it_and_cancels_it(client):
    who = somebody(client, "Client adviser")
    assert client.get(f"{PAGE}new/").status_code == 200
    assert client.post(f"{PAGE}new/", typed()).status_code == 303
    link = PayLink.objects.get()
    assert (link.adviser, link.bag.lines.get().quantity) == (who, 2)
    page = client.get(PAGE).content.decode()
    assert linking.secret_of(link) in page and "Waiting for the client" in page
    client.post(f"{PAGE}{link.pk}/cancel/")
    link.refresh_from_db()
    assert link.state == LinkState.CANCELLED and link.moves.last().by == who
    assert linking.secret_of(link) not in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_name": ""},
        {"email": "nobody"},
        {"region": "moon"},
        {"language": "la"},
        {"hours": "9999"},
        {"quantity-0": "99"},
        {"quantity-0": "½"},
        {"piece-0": ""},
        {"piece-0": "NOTHING"},
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, wrong):
    somebody(client, "Client adviser")
    answer = client.post(f"{PAGE}new/", typed(words="As we said.", **wrong))
    assert answer.status_code in (409, 422) and not PayLink.objects.exists()
    assert "errornote" in answer.content.decode() and "As we said." in answer.content.decode()


@pytest.mark.parametrize("role", ["Payments desk", "Packing bench"])
def test_nobody_else_makes_links(client, role):
    link = made()
    somebody(client, role)
    assert client.get(PAGE).status_code == client.post(f"{PAGE}new/", typed()).status_code == 403
    assert client.post(f"{PAGE}{link.pk}/cancel/").status_code == 403


def test_more_links_ask_no_more_queries(client, django_assert_max_num_queries):
    somebody(client, "Client adviser")

    def count() -> int:
        with django_assert_max_num_queries(40) as found:
            assert client.get(PAGE).status_code == 200
        return len(found)

    made()
    few = count()
    for _n in range(3):
        made()
    assert count() <= few
