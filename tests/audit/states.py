"""Every page in every state a person can bring it to: what axe, the narrow screen and large text are held against."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.audit.guest import Guest

Act = Callable[[object], None]
#: What moves by the clock has come to rest; what follows a finger (the second view of a card) rests only where the finger does.
_SETTLED = """() => Promise.allSettled(document.getAnimations()
  .filter((one) => one.timeline === document.timeline && one.effect.getTiming().iterations !== Infinity)
  .map((one) => one.finished))"""
PIECE = "pieces/halo-band/"


@dataclass(frozen=True)
class State:
    """A page and what is done there. `narrower_than` says up to where it exists at all."""

    name: str
    address: str
    acts: tuple[Act, ...] = ()
    signed_in: bool = False
    narrower_than: int = 10_000
    with_bag: bool = False

    def open(self, page, home: str) -> None:
        """Bring a page there. `home` is the address of a region and language."""
        if self.with_bag:
            fill_bag(page, home)
        page.goto(f"{home}{self.address}")
        for act in self.acts:
            act(page)
        page.evaluate(_SETTLED)


def click(selector: str, then: str = "") -> Act:
    """Press something, and wait for what it brings."""

    def act(page) -> None:
        page.locator(selector).first.click()
        if then:
            page.locator(then).first.wait_for()

    return act


def write(selector: str, text: str, then: str = "") -> Act:
    def act(page) -> None:
        page.locator(selector).first.fill(text)
        if then:
            page.locator(then).first.wait_for()

    return act


def fill_bag(page, home: str) -> None:
    """A piece in the bag, if there is none yet."""
    page.goto(f"{home}bag/")
    if not page.locator("main a[href$='/checkout/']").count():
        page.goto(f"{home}{PIECE}?metal=yellow&size=50")
        ADD(page)


def ask_for_a_code(page) -> None:
    """Of a contact of his own each time: the house sends one contact only so many codes an hour."""
    write("main [name=contact]", f"{secrets.token_hex(4)}@client.example")(page)
    click("main .button-act", then="[name=code]")(page)


def everything_open(page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true; })")


ADD = click("[data-act]", then="dialog.drawer[open] h1")
ON_THE_LID = click("button[name=act][value=lid]", then="#inscription")
EVERY_ERROR = click("button[value=place]", then=".error")

ANYBODY = (
    State("home", ""),
    State("menu", "", (click(".menu summary", then=".menu nav"),), narrower_than=1024),
    State("search overlay", "", (click("[data-opens=search]", then="search-overlay [name=q]"),)),
    State(
        "suggestions",
        "",
        (
            click("[data-opens=search]", then="search-overlay [name=q]"),
            write("search-overlay [name=q]", "halo", then="search-overlay [role=option]"),
        ),
    ),
    State("listing", "pieces/"),
    State("filters", "pieces/", (click(".filters > summary", then=".filters [name=from]"),)),
    State("filters with errors", "pieces/?place=Atlantis&by=2020-01-01&from=abc", (everything_open,)),
    State("listing without a piece", "pieces/?from=99999999"),
    State("collection", "collections/halo/"),
    State("search", "search/"),
    State("search with a near word", "search/?q=braclet"),
    State("search without an answer", "search/?q=zzzzqqq"),
    State("gifts", "gifts/?occasion=wedding"),
    State("gifts without an answer", "gifts/?occasion=wedding&to=10"),
    State("piece", PIECE),
    State("piece with everything open", f"{PIECE}?place=Atlantis&by=2020-01-01", (everything_open,)),
    State("piece before its launch", "pieces/festoon-chain-wallet/"),
    State("launch", "launches/festoon-chain-wallet/"),
    State("engraving", f"{PIECE}engrave/?inscription=A+%26+P&face=roman&metal=yellow&size=52"),
    State("engraving refused", f"{PIECE}engrave/?inscription={'W' * 60}&face=roman&metal=yellow&size=52"),
    State("engraving with a word that is not engraved", f"{PIECE}engrave/?inscription=Sieg+Heil&face=roman&metal=yellow&size=52"),
    State("a person is asked about a word", f"{PIECE}engrave/ask/?inscription=Sieg+Heil&face=roman&metal=yellow&size=52"),
    State("second look without a link", "looks/nobody/"),
    State(
        "engraving inside, with look-alikes and a day",
        f"{PIECE}engrave/?zone=inside&inscription=Il1+O0+己&face=roman&metal=yellow&size=52&day=2026-08-19",
    ),
    State("gift", f"{PIECE}gift/?metal=yellow&size=52"),
    State("gift with a card", f"{PIECE}gift/?metal=yellow&size=52", (write("#card", "For you,\nalways. 永远"),)),
    State("lid of a box", f"{PIECE}gift/?metal=yellow&size=52", (ON_THE_LID, write("#inscription", "For Berthe"))),
    State("wishes without a piece", "wishes/"),
    State("bag without a piece", "bag/"),
    State("drawer", "", (click("a[data-bag]", then="dialog.drawer[open] h1"),), with_bag=True),
    State("bag", "bag/", with_bag=True),
    State("checkout", "checkout/", with_bag=True),
    State("checkout with errors", "checkout/", (EVERY_ERROR,), with_bag=True),
    State("checkout of a gift by link", "checkout/", (click("[name=delivery][value=link]", ".by-link"),), with_bag=True),
    State("sign-in", "sign-in/"),
    State(
        "sign-in with an error", "sign-in/", (write("main [name=contact]", "nobody"), click("main .button-act", then=".error"))
    ),
    State("sign-in with a code", "sign-in/", (ask_for_a_code,)),
    State("a payment's link that is over", "owed/by/nobody/"),
    State("boutiques", "boutiques/"),
    State("services", "about/services/"),
    State("care", "about/care/"),
    State("delivery and returns", "about/delivery-and-returns/"),
    State("terms", "about/terms/"),
    State("privacy", "about/privacy/"),
    State("imprint", "about/imprint/"),
    State("accessibility", "about/accessibility/"),
    State("not found", "nowhere/"),
)


def of_a_client(guest: Guest) -> tuple[State, ...]:
    """The rooms of a signed-in client."""
    paid = f"orders/{guest.paid}/"
    found = (
        State("account", "account/"),
        State("orders", "account/orders/"),
        State("addresses", "account/addresses/"),
        State("new address", "account/addresses/new/"),
        State("new address with errors", "account/addresses/new/", (click("main button.button[value=save]", then=".error"),)),
        State("sizes", "account/sizes/"),
        State("wishes", "account/wishes/"),
        State("plans", "account/plans/"),
        State("contact", "account/contact/"),
        State(
            "contact with an error",
            "account/contact/",
            (write("main [name=contact]", "nobody"), click("main form .button", then=".error")),
        ),
        State("privacy room", "account/privacy/"),
        State("erase", "account/privacy/erase/"),
        State("order", paid),
        State("order with a plan", f"orders/{guest.plan}/"),
        State("plan", f"orders/{guest.plan}/plan/"),
        State("plan with nothing chosen", f"orders/{guest.plan}/plan/", (click("button[value=chosen]", then="#parts-error"),)),
        State("order not yet paid", f"orders/{guest.unpaid}/"),
        State("order that waits for its size", f"orders/{guest.sizing}/"),
        State("confirm the size", f"orders/{guest.sizing}/change/size/{guest.sized_line}/"),
        State("order with several recipients", f"orders/{guest.several}/"),
        State("one parcel of several", f"orders/{guest.parcel}/"),
        State("cancel one parcel", f"orders/{guest.parcel}/cancel/"),
        State("several recipients", "checkout/recipients/"),
        State("a recipient", "checkout/recipients/new/"),
        State("a recipient with errors", "checkout/recipients/new/", (click("main p button[value=keep]", then=".error"),)),
        State("checkout of several recipients", "checkout/", (click("[name=delivery][value=several]", ".to-several"),)),
        State("cancel", f"{paid}cancel/"),
        State("change the address", f"{paid}change/address/"),
        State(
            "change the address with errors",
            f"{paid}change/address/",
            (write("[name=line1]", ""), click("button[value=keep]", then=".error")),
        ),
        State("change the day", f"{paid}change/day/"),
        State("change the gift", f"{paid}change/gift/{guest.gift_line}/"),
        State("change the engraving", f"{paid}change/engraving/{guest.gift_line}/"),
        State("second pair of eyes", f"{paid}second-look/{guest.gift_line}/"),
        State("leave out the engraving", f"{paid}change/engraving/{guest.gift_line}/off/"),
        State("checkout of a client", "checkout/", with_bag=True),
    )
    return tuple(replace(state, signed_in=True) for state in found)
