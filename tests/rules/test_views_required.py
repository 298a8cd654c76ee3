"""What a piece lacks, and where an engraving lies on a picture."""

import pytest

from catalog.views_required import ANOTHER, Missing, base, missing, named
from catalog.zone_on_picture import is_zone


def lacks(*shown, metals=("yellow", "white"), required=("front",), zones=()):
    return missing(shown, metals=metals, required=required, zone_views=zones)


def test_a_piece_without_pictures_lacks_every_view_once():
    found = lacks(required=("front", ANOTHER), zones=("engraving-yellow",))
    assert found == [Missing("front"), Missing("engraving"), Missing(ANOTHER)]


def test_a_view_that_shows_a_metal_is_asked_for_in_each_metal_on_sale():
    assert lacks(("front-yellow", "yellow")) == [Missing("front", "white")]
    assert lacks(("front-yellow", "yellow"), ("front-white", "white")) == []
    assert lacks(("front-yellow", "yellow"), metals=("yellow",)) == []


def test_a_view_that_shows_no_metal_counts_for_all():
    assert lacks(("front", None)) == []
    assert lacks(("front-yellow", "yellow"), ("front", None)) == []


def test_a_metal_that_is_no_longer_sold_is_not_asked_for_and_does_not_help():
    assert lacks(("front-rose", "rose")) == [Missing("front", "yellow"), Missing("front", "white")]
    assert lacks(("front-rose", "rose"), metals=()) == []


def test_an_ending_that_is_no_metal_belongs_to_the_view():
    assert lacks(("front-left", None), required=("front-left",)) == []
    assert lacks(("front-left", None)) == [Missing("front")]


def test_a_piece_that_can_be_engraved_needs_its_close_up_in_each_metal():
    fronts = (("front-yellow", "yellow"), ("front-white", "white"))
    assert lacks(*fronts, zones=("engraving-yellow",)) == [Missing("engraving")]
    assert lacks(*fronts, ("engraving-yellow", "yellow"), zones=("engraving-yellow",)) == [Missing("engraving", "white")]
    assert lacks(*fronts, zones=("front-yellow",)) == []


def test_one_further_view_is_any_but_those_already_asked_for():
    wish = {"required": ("front", ANOTHER), "metals": ("yellow",)}
    front = ("front-yellow", "yellow")
    assert lacks(front, **wish) == [Missing(ANOTHER)]
    assert lacks(front, ("worn", None), **wish) == []
    assert lacks(front, ("engraving-yellow", "yellow"), zones=("engraving-yellow",), **wish) == []
    assert lacks(front, ("worn", None), required=("front", ANOTHER, ANOTHER), metals=("yellow",)) == [Missing(ANOTHER)]
    assert lacks(("front", None), ("front-yellow", "yellow"), **wish) == [Missing(ANOTHER)]  # the same view twice


@pytest.mark.parametrize(
    ("view", "metal", "name"),
    [
        ("front", "yellow", "front-yellow"),
        ("front-yellow", "yellow", "front-yellow"),
        ("front-yellow", "white", "front-white"),
        ("on-hand", "white", "on-hand-white"),
        ("front-yellow", "", "front-yellow"),
    ],
)
def test_a_view_is_called_after_its_metal_once(view, metal, name):
    assert named(view, metal, ["yellow", "white"]) == name
    assert base(name, ["yellow", "white"]) == base(view, ["yellow", "white"])


QUAD = [[0.2, 0.4], [0.8, 0.4], [0.8, 0.5], [0.2, 0.5]]


def test_a_place_on_a_picture_is_four_corners_and_perhaps_a_grid():
    assert is_zone({"quad": QUAD})
    assert is_zone({"quad": QUAD, "grid": None})
    assert is_zone({"quad": QUAD, "grid": [QUAD[:2], [QUAD[3], QUAD[2]]]})


@pytest.mark.parametrize(
    "data",
    [
        [],
        "inside",
        {},
        {"quad": QUAD[:3]},
        {"quad": [[0.2, 0.4]] * 4},  # no area
        {"quad": [QUAD[0], QUAD[2], QUAD[1], QUAD[3]]},  # crossed
        {"quad": QUAD[::-1]},  # mirrored
        {"quad": [[20, 40], [80, 40], [80, 50], [20, 50]]},  # per cent
        {"quad": [["0.2", 0.4], *QUAD[1:]]},
        {"quad": QUAD, "grid": []},
        {"quad": QUAD, "grid": [QUAD, QUAD[:2]]},
        {"quad": QUAD, "grid": [QUAD, None]},
        {"quad": QUAD, "colour": "gold"},
    ],
)
def test_anything_else_is_no_place(data):
    assert not is_zone(data)
