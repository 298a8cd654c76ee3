from celery import shared_task

from . import delivering


@shared_task(name="outbox.deliver")
def deliver(job_id: int) -> None:
    """Do one job."""
    delivering.deliver(job_id)


@shared_task(name="outbox.sweep")
def sweep() -> None:
    """Every few seconds: do what no worker was told of, or what failed and is due again."""
    for job_id in delivering.due_jobs():
        delivering.deliver(job_id)
