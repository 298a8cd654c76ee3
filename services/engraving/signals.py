"""What the bench tells the rest of the house. Arguments: job (moved), by_id."""

from django.dispatch import Signal

job_moved = Signal()
