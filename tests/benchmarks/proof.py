"""How long the server takes for the proof of two lines, alone and laid onto its picture: `python -m tests.benchmarks.proof`.

The goal is a median of at most 50 ms. Texts are new each time, faces are open, as in a running house. In turns
runs its control: the bare shaping of the same lines by HarfBuzz, which no proof can do without. Absolute times mean little;
the ratio and the spread are what to compare.
"""

import os
import statistics
import time
from decimal import Decimal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flagship.settings.test")
ROUNDS, EACH = 9, 20
GOAL_MS = 50
#: A band on a picture of 1200 × 1500, bent along a row of 25 points above and one below, as the studio writes it.
GRID = [[(0.1 + n / 30, y + 0.02 * (n - 12) ** 2 / 144) for n in range(25)] for y in (0.45, 0.51)]
QUAD = (GRID[0][0], GRID[0][-1], GRID[1][-1], GRID[1][0])


def main() -> None:
    import django

    django.setup()
    import uharfbuzz

    from services.engraving import proof
    from services.engraving.area import Arc, Area, KeepOut, on_arc, rectangle
    from services.engraving.faces import loaded
    from services.engraving.inscription import lay_out

    faces = ("roman", "capitals", "kai")
    mark = KeepOut("hallmark", rectangle(Decimal(1), Decimal(1), Decimal(3), Decimal(2)), Decimal(1))
    places = {
        "plate": (Area(Decimal(18), Decimal(5), 2, faces), "roman", "Anna {} & Paul\n19·VIII·{}"),
        "plate with a hallmark": (
            Area(Decimal(30), Decimal(6), 2, faces, keep_outs=(mark,)),
            "roman",
            "Anna {} & Paul\n19·VIII·{}",
        ),
        "case back, on an arc": (
            on_arc(Arc(Decimal(13), Decimal(150), Decimal(6)), 2, faces),
            "capitals",
            "Anna {} & Paul\n19·VIII·{}",
        ),
        "hanzi": (Area(Decimal(18), Decimal(5), 2, faces), "kai", "执子之手{}\n与子偕老{}"),
    }

    def shape(text: str, face: str) -> None:
        for line in text.split("\n"):
            buffer = uharfbuzz.Buffer()
            buffer.add_str(line)
            buffer.guess_segment_properties()
            uharfbuzz.shape(loaded(face).shaper, buffer, {"kern": True, "liga": True})

    def prove(text: str, face: str, area: Area) -> None:
        layout = lay_out(text, face=face, area=area)
        proof.svg(layout)
        proof.on_picture(layout, quad=QUAD, grid=GRID, width=1200, height=1500)

    number = 0
    for name, (area, face, text) in places.items():
        prove(text.format(0, 0), face, area)  # faces and place are open
        ours, control = [], []
        for _round in range(ROUNDS):
            for run in range(EACH):
                number += 1
                written = text.format(number, number)
                began = time.perf_counter()
                prove(written, face, area)
                between = time.perf_counter()
                shape(written, face)
                ended = time.perf_counter()
                if run:  # the first of a round pays for the others' absence
                    ours.append((between - began) * 1000)
                    control.append((ended - between) * 1000)
        middle = statistics.median(ours)
        print(
            f"{name}: median {middle:.1f} ms, least {min(ours):.1f}, most {max(ours):.1f}; "
            f"{middle / statistics.median(control):.0f} times bare shaping; load {os.getloadavg()[0]:.1f}; "
            f"at most {GOAL_MS} ms: {'kept' if middle <= GOAL_MS else 'NOT KEPT'}"
        )


if __name__ == "__main__":
    main()
