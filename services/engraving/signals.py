"""What the bench tells the rest of the house.

``job_moved``: job (moved), by_id. ``bench_moved``: moved (a list of `reserving.Moved`), inside the planner's transaction.
"""

from django.dispatch import Signal

job_moved = Signal()
bench_moved = Signal()
