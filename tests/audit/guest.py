"""Who walks through the clients' rooms. Knows no Django: whoever drives a browser knows the house from outside only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Guest:
    """A signed-in client: his session, and the numbers of his orders."""

    cookie: str
    session: str
    paid: str
    plan: str
    unpaid: str
    gift_line: int
    sizing: str
    sized_line: int
    several: str
    parcel: str

    def addresses(self) -> list[str]:
        """His rooms, as they stand behind a region and a language."""
        rooms = (
            "",
            "orders/",
            "addresses/",
            "addresses/new/",
            "sizes/",
            "wishes/",
            "plans/",
            "contact/",
            "privacy/",
            "privacy/erase/",
        )
        changes = ("", "cancel/", "change/address/", "change/day/", f"change/gift/{self.gift_line}/")
        changes += (f"change/engraving/{self.gift_line}/", f"change/engraving/{self.gift_line}/off/")
        mine = [f"account/{room}" for room in rooms] + [f"orders/{self.paid}/{change}" for change in changes]
        mine += [f"orders/{self.sizing}/", f"orders/{self.sizing}/change/size/{self.sized_line}/"]
        mine += [f"orders/{self.several}/", f"orders/{self.parcel}/", f"orders/{self.parcel}/cancel/", "checkout/recipients/"]
        return [*mine, f"orders/{self.plan}/", f"orders/{self.plan}/plan/", f"orders/{self.unpaid}/", "checkout/"]
