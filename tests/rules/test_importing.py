"""A place from a drawing: what is read of an SVG, and what is refused, with words."""

from decimal import Decimal

import pytest

from services.engraving import importing
from services.engraving.refusals import DrawingRefused

PAGE = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" {about}>{inside}</svg>'
)
ABOUT = 'width="40mm" height="20mm" viewBox="0 0 40 20"'
EDGE = '<rect id="outline" x="5" y="4" width="30" height="6"/>'


def svg(inside: str, about: str = ABOUT) -> bytes:
    return PAGE.format(about=about, inside=inside).encode()


def read(inside: str, about: str = ABOUT) -> importing.Drawn:
    return importing.read(svg(inside, about), clearance_mm=Decimal("0.5"))


def why(content: bytes | str) -> str:
    content = svg(content) if isinstance(content, str) else content
    with pytest.raises(DrawingRefused) as refused:
        importing.read(content, clearance_mm=Decimal("0.5"))
    assert refused.value.sentence()
    return refused.value.facts["why"]


def test_a_rectangle_is_a_plane_from_its_own_corner():
    drawn = read(EDGE)
    assert (drawn.width_mm, drawn.height_mm, drawn.outline, drawn.keep_outs) == (Decimal("30.00"), Decimal("6.00"), None, [])


def test_units_of_the_page_are_turned_into_millimetres():
    drawn = read('<rect id="outline" x="50" y="40" width="300" height="60"/>', 'width="4cm" height="2cm" viewBox="0 0 400 200"')
    assert (drawn.width_mm, drawn.height_mm) == (Decimal("30.00"), Decimal("6.00"))


def test_keep_outs_have_a_kind_a_place_in_the_plane_and_a_distance():
    drawn = read(
        EDGE
        + '<rect id="keep-out-hallmark" x="8" y="5" width="2" height="1" data-clearance-mm="0.8"/>'
        + '<g inkscape:label="Keep-out stone"><circle cx="20" cy="7" r="1"/><circle cx="25" cy="7" r="1"/></g>'
    )
    assert [(k["kind"], k["clearance_mm"]) for k in drawn.keep_outs] == [("hallmark", "0.80"), ("stone", "0.5"), ("stone", "0.5")]
    assert sorted(drawn.keep_outs[0]["outline"]) == [[3, 1], [3, 2], [5, 1], [5, 2]]
    xs = [x for x, _y in drawn.keep_outs[1]["outline"]]
    assert min(xs) == pytest.approx(14, abs=0.01) and max(xs) == pytest.approx(16, abs=0.01)


@pytest.mark.parametrize(
    "shape",
    [
        '<path id="outline" d="M5 4h30v6h-30z"/>',
        '<path id="outline" d="M 5,4 L 35,4 35,10 5,10 5,4"/>',
        '<polygon id="outline" points="5,4 35,4 35,10 5,10"/>',
        '<g id="outline"><path d="M5 4H35V10H5Z"/></g>',
        '<g transform="translate(5 4)"><rect id="outline" width="30" height="6"/></g>',
        '<g transform="translate(3,3) matrix(2 0 0 2 0 0)"><rect id="outline" x="1" y=".5" width="15" height="3"/></g>',
        '<rect id="outline" x="-15" y="-3" width="30" height="6" transform="translate(20 7) rotate(180)"/>',
        '<rect id="outline" x="4" y="-35" width="6" height="30" transform="rotate(90)"/>',
    ],
)
def test_every_way_to_draw_a_rectangle_is_the_same_place(shape):
    drawn = read(shape)
    assert (drawn.width_mm, drawn.height_mm, drawn.outline) == (Decimal("30.00"), Decimal("6.00"), None)


def test_a_round_place_keeps_its_shape_within_a_hundredth():
    drawn = read('<ellipse id="outline" cx="20" cy="10" rx="15" ry="8"/>')
    assert (drawn.width_mm, drawn.height_mm) == (Decimal("30.00"), Decimal("16.00"))
    for x, y in drawn.outline:
        assert ((x - 15) / 15) ** 2 + ((y - 8) / 8) ** 2 == pytest.approx(1, abs=0.005)
    assert len(drawn.outline) < importing.MOST_CORNERS


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no-svg"),
        (b"GIF89a", "no-svg"),
        (b"<html/>", "no-svg"),
        (b"<svg/>", "no-svg"),
        (svg(EDGE)[:-3], "no-svg"),
        (svg(EDGE, 'viewBox="0 0 40 20"'), "no-scale"),
        (svg(EDGE, 'width="40mm" height="20mm"'), "no-scale"),
        (svg(EDGE, 'width="40px" height="20px" viewBox="0 0 40 20"'), "no-scale"),
        (svg(EDGE, 'width="40mm" height="40mm" viewBox="0 0 40 20"'), "no-scale"),
        (svg(EDGE, 'width="0mm" height="0mm" viewBox="0 0 0 0"'), "no-scale"),
        ("<rect width='3' height='3'/>", "no-outline"),
        (EDGE + EDGE.replace('"outline"', '"outline-2"'), "outlines"),
        (EDGE + '<rect id="keep-out" x="8" y="5" width="2" height="1"/>', "kind"),
        (EDGE + '<rect id="keep-out-logo" x="8" y="5" width="2" height="1"/>', "kind"),
        (EDGE + '<g id="keep-out-stone"><use href="#outline"/></g>', "shape"),
        (EDGE + '<g id="keep-out-stone"><text>x</text></g>', "shape"),
        (EDGE + '<rect id="keep-out-stone" x="1" y="15" width="2" height="1"/>', "outside"),
        (EDGE + '<rect id="keep-out-stone" x="8" y="5" width="2" height="1" data-clearance-mm="-1"/>', "numbers"),
        ('<path id="outline" d="M5 4h30v6"/>', "open"),
        ('<path id="outline" d="M5 4L35 10V4L5 10z"/>', "crossing"),
        ('<path id="outline" d="M5 4h30v6h-30z M8 5h2v1h-2z"/>', "crossing"),
        ('<path id="outline" d="M5 4h30z"/>', "crossing"),
        ('<path id="outline" d=""/>', "numbers"),
        ('<path id="outline" d="M0 0 L nan 3 z"/>', "numbers"),
        ('<path id="outline" d="M0 0 L1e400 1 2 3z"/>', "numbers"),
        ('<rect id="outline" x="5" y="4" width="30%" height="6"/>', "numbers"),
        ('<rect id="outline" x="5" y="4" width="30" height="6" rx="2"/>', "numbers"),
        ('<rect id="outline" width="30" height="6" transform="skewX(20)"/>', "numbers"),
        ('<rect id="outline" width="30" height="6" transform="translate(1"/>', "numbers"),
        ('<rect id="outline" width="0.4" height="6"/>', "large"),
        ('<rect id="outline" width="3000" height="6"/>', "large"),
        (EDGE + '<rect id="keep-out-stone" x="8" y="5" width="2" height="1"/>' * 60, "many"),
        ("<g>" * 60 + EDGE + "</g>" * 60, "heavy"),
        ("<g/>" * 6000, "heavy"),
        (b" " * (importing.MOST_BYTES + 1), "heavy"),
    ],
)
def test_what_is_no_place_is_refused_with_what_to_do(content, reason):
    assert why(content) == reason


@pytest.mark.parametrize(
    "trick",
    [
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
    ],
)
def test_nothing_is_expanded_or_fetched(trick):
    assert why(trick.encode() + svg(EDGE)) == "doctype"


def test_only_numbers_leave_the_file():
    drawn = read(
        '<script>alert(1)</script><style>@import url(http://evil.example/)</style><image href="http://evil.example/x.png"/>'
        + EDGE.replace("<rect", '<rect onclick="alert(1)"')
        + '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>'
        + '<defs><path id="outline-2" d="M0 0h1v1z"/></defs>'
    )
    assert drawn == read(EDGE)
