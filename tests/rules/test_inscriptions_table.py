"""Hostile and difficult inscriptions, each with the answer we owe it: `inscriptions.json`. Reasoned, not run."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.engraving import proof
from services.engraving.area import Arc, Area, KeepOut, corners, on_arc
from services.engraving.geometry import usable_area
from services.engraving.inscription import lay_out, normalised
from services.engraving.outlines import inked
from services.engraving.repairs import repairs
from services.foundation.refusal import Refusal

TABLE = json.loads((Path(__file__).parent / "inscriptions.json").read_text())
ROWS = [(*row, None)[:6] for row in TABLE["rows"]]


def _zone(about: dict[str, Any]) -> Area:
    common = {"scripts": tuple(about.get("scripts", ("latin", "hanzi"))), "method": about.get("method", "laser")}
    common["keep_outs"] = tuple(
        KeepOut(k["kind"], corners(k["outline"]), Decimal(k["clearance_mm"])) for k in about.get("keep_outs", ())
    )
    faces = tuple(about["faces"])
    if "arc" in about:
        arc = about["arc"]
        arc = Arc(*(Decimal(arc[name]) for name in ("radius_mm", "sweep_degrees", "depth_mm")), arc["below"])
        return on_arc(arc, about["max_lines"], faces, **common)
    return Area(Decimal(about["width_mm"]), Decimal(about["height_mm"]), about["max_lines"], faces, **common)


ZONES = {code: _zone(about) for code, about in TABLE["zones"].items()}


def test_the_table_is_long_enough():
    assert len({tuple(row[:3]) for row in ROWS}) >= 300


@pytest.mark.parametrize(("zone", "face", "typed", "expected", "why", "repaired"), ROWS, ids=range(len(ROWS)))
def test_every_inscription_gets_the_answer_we_owe_it(zone, face, typed, expected, why, repaired):
    area = ZONES[zone]
    try:
        layout = lay_out(typed, face=face, area=area)
    except Refusal as no:
        assert no.code == expected, (why, no.facts)
        assert no.sentence()
        if repaired is not None:
            assert no.facts["repaired"] == repaired, why
        for repair in repairs(typed, face, area):
            assert lay_out(repair.text, face=repair.face, area=area).text == repair.text
        return
    assert expected == "fits", why
    assert layout.text == normalised(typed)
    assert usable_area(area).covers(inked(layout.glyphs)), why
    assert proof.svg(layout) == proof.svg(lay_out(typed, face=face, area=area))
