"""The drawer of the craft, one room a subject: places, inscriptions, the bench's jobs and its stations, second looks, words."""

from .inscriptions import Inscription
from .jobs import CODE_GROUPS, JOB_MOVES, NOT_BEGUN, OPEN_JOBS, FailReason, Job, JobMove, JobPhoto, JobState, new_code
from .looks import Answer, SecondLook
from .stations import WEEKDAYS, BenchSlot, RestReason, Station, StationRest, monday_to_friday
from .words import Appeal, AppealState, WordRule
from .zones import KeepOut, KeepOutKind, LengthFrom, Method, Shape, Surface, Zone, ZoneSize, every_script

__all__ = [
    "Answer",
    "Appeal",
    "AppealState",
    "BenchSlot",
    "CODE_GROUPS",
    "FailReason",
    "Inscription",
    "JOB_MOVES",
    "Job",
    "JobMove",
    "JobPhoto",
    "JobState",
    "KeepOut",
    "KeepOutKind",
    "LengthFrom",
    "Method",
    "NOT_BEGUN",
    "OPEN_JOBS",
    "RestReason",
    "SecondLook",
    "Shape",
    "Station",
    "StationRest",
    "Surface",
    "WEEKDAYS",
    "WordRule",
    "Zone",
    "ZoneSize",
    "every_script",
    "monday_to_friday",
    "new_code",
]
