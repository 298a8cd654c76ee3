"""The ladder after a decline, pure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from services.deferred import ladder
from services.foundation import house
from services.foundation.house import Dunning

RULES = Dunning(retry_after_days=(1, 3, 7), grace_days=7, link_days=30)
ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Paris", "America/New_York", "Pacific/Auckland")]
MOMENTS = st.integers(1_767_225_600, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@given(
    failed_at=MOMENTS,
    late=st.integers(0, 400),
    failures=st.integers(1, 6),
    zone=st.sampled_from(ZONES),
    code=st.sampled_from(["generic_decline", "insufficient_funds", *sorted(ladder.FINAL)]),
)
def test_a_step_is_either_a_later_try_or_grace_and_never_both(failed_at, late, failures, zone, code):
    now = failed_at + timedelta(hours=late)
    step = ladder.after_decline(code, failures=failures, failed_at=failed_at, rules=RULES, zone=zone, now=now)
    assert (step.try_at is None) != (step.grace_until is None)
    if code in ladder.FINAL or failures > 3:
        assert step.grace_until == now + timedelta(days=7)
    else:
        assert step.try_at > now
        there = step.try_at.astimezone(zone)
        assert there.time() == ladder.COLLECT_AT
        assert (there.date() - failed_at.astimezone(zone).date()).days >= RULES.retry_after_days[failures - 1]


@pytest.mark.parametrize("wrong", ["[3, 1]", "[0]", "[1, 1]", '["soon"]'])
def test_a_ladder_that_goes_backwards_is_refused_when_the_house_is_read(wrong):
    with pytest.raises(ImproperlyConfigured, match="retry_after_days"):
        house._refuse_ladder({"retry_after_days": eval(wrong)})  # noqa: S307
