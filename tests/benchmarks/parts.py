"""A hundred thousand parts planned, and claimed as beat claims them: `python -m tests.benchmarks.parts`.

Plans of 24 months are agreed one by one, as in a placement; then all their parts are due at once, and are claimed in beat's own
steps until none is left, each exactly once. The goal: memory that does not grow with the number of parts. Each size runs in a
process of its own; the peak of the larger is at most 1.2 times that of the smaller. Times say little; the ratio is what counts.
"""

import json
import os
import resource
import subprocess
import sys
import time
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

SIZES = (10_000, 100_000)
MONTHS = 24
GOAL = 1.2
NAME = "benchmark_of_parts"


def plan_and_claim(wanted: int) -> dict[str, float]:
    """Plan so many parts, claim them all; answers seconds and the peak of memory in MiB."""
    import django

    django.setup()
    from django.utils import timezone

    from checkout.order.models import Order
    from services.deferred import agreeing, collecting
    from services.deferred.instalments import schedule
    from services.deferred.models import EligibilityRule, Part, Plan
    from services.deferred.offers import Offer
    from services.deferred.states import PartState, PlanState

    rule = EligibilityRule(kind="instalments", parts=MONTHS)
    now, zone, planned = timezone.now(), ZoneInfo("Europe/Paris"), 0
    began = time.perf_counter()
    while planned < wanted:
        order = Order.objects.create(region_code="eu", language="en", currency="EUR", total_incl_tax=2400, total_excl_tax=2000)
        parts = schedule(Decimal(2400), parts=MONTHS, currency="EUR", first=now.date())
        offer = Offer(rule, "EUR", zone, tuple(parts))
        agreeing.agree(order_id=order.pk, offer=offer, agreement="I agree", language="en", zone=zone, now=now)
        planned += MONTHS - 1  # the first is paid when the order is placed
    Part.objects.filter(number=1).update(state=PartState.PAID)
    Plan.objects.update(state=PlanState.RUNNING)
    between = time.perf_counter()
    late, claimed = now + timedelta(days=31 * MONTHS), 0
    while found := collecting.claim_due(now=late):
        claimed += len(found)
    ended = time.perf_counter()
    assert claimed == planned == Part.objects.filter(state=PartState.COLLECTING).count(), (claimed, planned)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"parts": claimed, "planned": between - began, "claimed": ended - between, "peak": peak}


def main() -> None:
    from tests import servers

    servers.start()
    servers.make_template()
    import psycopg2

    url, results = os.environ["DATABASE_URL"], []
    connection = psycopg2.connect(url)
    connection.autocommit = True
    cursor = connection.cursor()
    for size in SIZES:
        cursor.execute(f'DROP DATABASE IF EXISTS "{NAME}"')
        cursor.execute(f'CREATE DATABASE "{NAME}" TEMPLATE "{os.environ["TEST_TEMPLATE"]}"')
        env = os.environ | {"DATABASE_URL": f"{url.rsplit('/', 1)[0]}/{NAME}", "DJANGO_SETTINGS_MODULE": "flagship.settings.test"}
        done = subprocess.run([sys.executable, "-m", __spec__.name, str(size)], env=env, check=True, stdout=subprocess.PIPE)
        found = json.loads(done.stdout)
        results.append(found)
        print(
            f"{found['parts']} parts: planned in {found['planned']:.0f} s, claimed in {found['claimed']:.0f} s "
            f"({found['parts'] / found['claimed']:.0f} a second), peak {found['peak']:.0f} MiB; load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    cursor.execute(f'DROP DATABASE "{NAME}"')
    connection.close()
    servers.pytest_unconfigure(None)
    ratio = results[-1]["peak"] / results[0]["peak"]
    print(f"peak of memory: {ratio:.2f} times; at most {GOAL}: {'kept' if ratio <= GOAL else 'NOT KEPT'}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(plan_and_claim(int(sys.argv[1]))))
    else:
        main()
