from oscar.apps.checkout.apps import CheckoutConfig as OscarCheckoutConfig


class CheckoutConfig(OscarCheckoutConfig):
    name = "checkout"

    def ready(self) -> None:
        """Replaces Oscar's, which loads its own checkout views: we have ours, and register the outbox's work."""
        from services.engraving.signals import job_moved

        from . import fulfilling, jobs  # noqa: F401

        job_moved.connect(fulfilling.hear_job, dispatch_uid="order follows bench")
