"""A piece's page: what can be had, and what not yet."""

from urllib.parse import urlencode

import pytest
from django.utils import timezone

from checkout.basket.models import Line
from tests import makers
from tests.makers import variant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


class TestReasons:
    """Why a piece cannot be had in one size never hides that another can."""

    @pytest.fixture
    def sizes(self):
        gone, held, free = (variant(size=size) for size in ("48", "50", "52"))
        for piece in (gone, held, free):
            piece.piece.made_to_order_weeks = None
            piece.piece.save()
        makers.keep_units(gone, 0)
        return gone, held, free

    def test_a_sold_out_size_is_named_and_the_others_stay_open(self, client, sizes):
        html = client.get("/eu/en/pieces/halo-band/?metal=yellow&size=48").content.decode()
        assert "sold out in this size" in html and "Add to bag" not in html
        assert "size=52#order" in html
        assert "Add to bag" in client.get("/eu/en/pieces/halo-band/?metal=yellow&size=52").content.decode()

    def test_a_piece_in_another_bag_says_so(self, client, sizes):
        Product = type(sizes[1])
        Product.objects.filter(pk=sizes[1].parent_id).update(is_scarce=True)
        makers.keep_units(sizes[1], 1)
        makers.fill(Product.objects.get(pk=sizes[1].pk))
        html = client.get("/eu/en/pieces/halo-band/?metal=yellow&size=50").content.decode()
        assert "in other clients’ bags" in html and "Add to bag" not in html

    def test_a_size_that_does_not_exist_is_asked_for_never_guessed(self, client):
        answer = client.post("/eu/en/bag/add/", {"piece": "halo-band", "metal": "yellow", "size": "99"}, follow=True)
        assert "choose a metal and a size" in answer.content.decode()
        assert not Line.objects.exists()


def test_an_exclusive_asks_to_sign_in_and_comes_back(client):
    makers.open_launch()
    answer = client.post("/eu/en/bag/add/", {"piece": "arc-bangle-small-diamonds", "metal": "yellow", "size": "16"})
    chosen = "/eu/en/pieces/arc-bangle-small-diamonds/?metal=yellow&size=16#order"
    assert answer["Location"] == f"/eu/en/sign-in/?{urlencode({'next': chosen})}"


def test_before_its_moment_an_exclusive_shows_the_countdown_and_sells_nothing(client):
    html = client.get("/eu/en/pieces/festoon-chain-wallet/").content.decode()
    assert "Add to bag" not in html and "Not open yet" in html
    client.post("/eu/en/bag/add/", {"piece": "festoon-chain-wallet", "metal": "garnet", "size": ""})
    assert not Line.objects.exists()
    launch = makers.Launch.objects.get(piece__slug="festoon-chain-wallet")
    launch.opens_at = timezone.now()
    launch.save()
    assert "Add to bag" in client.get("/eu/en/pieces/festoon-chain-wallet/").content.decode()
