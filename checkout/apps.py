from oscar.apps.checkout.apps import CheckoutConfig as OscarCheckoutConfig


class CheckoutConfig(OscarCheckoutConfig):
    name = "checkout"

    def ready(self) -> None:
        """Replaces Oscar's, which loads its own checkout views: we have ours, and register the outbox's work."""
        from . import jobs  # noqa: F401
