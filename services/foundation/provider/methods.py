"""The provider's methods besides cards, as it publishes them: which capability of the account each needs, and its currencies.

Source: Stripe's guides to each method and the `capabilities` of its Account object (https://docs.stripe.com/api/accounts/object,
read in November 2026). What an account really may do it says itself: see `capabilities`.
"""

from dataclasses import dataclass

CARD = "card"


@dataclass(frozen=True)
class Method:
    """One method: the provider's `type`, its name as its owner writes it, its capability, and currencies (ISO 4217).

    ``is_later``: the client pays its owner later or in parts. To us it is one charge, made at once.
    """

    code: str
    name: str
    capability: str
    currencies: frozenset[str]
    is_later: bool = False


METHODS = {
    method.code: method
    for method in (
        Method(
            "alipay",
            "Alipay 支付宝",
            "alipay_payments",
            frozenset(["AUD", "CAD", "CNY", "EUR", "GBP", "HKD", "JPY", "MYR", "NZD", "SGD", "USD"]),
        ),
        Method(
            "wechat_pay",
            "WeChat Pay 微信支付",
            "wechat_pay_payments",
            frozenset(["AUD", "CAD", "CHF", "CNY", "DKK", "EUR", "GBP", "HKD", "JPY", "NOK", "SEK", "SGD", "USD"]),
        ),
        Method(
            "klarna",
            "Klarna",
            "klarna_payments",
            frozenset(["AUD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "NOK", "NZD", "PLN", "RON", "SEK", "USD"]),
            is_later=True,
        ),
        Method("alma", "Alma", "alma_payments", frozenset({"EUR"}), is_later=True),
        Method(
            "afterpay_clearpay",
            "Afterpay / Clearpay",
            "afterpay_clearpay_payments",
            frozenset(["AUD", "CAD", "GBP", "NZD", "USD"]),
            is_later=True,
        ),
        Method("affirm", "Affirm", "affirm_payments", frozenset({"CAD", "USD"}), is_later=True),
    )
}
#: For a field of a model.
CHOICES = [(method.code, method.name) for method in METHODS.values()]


def takes(code: str, currency: str) -> bool:
    """Whether a method takes amounts in a currency."""
    return code in METHODS and currency in METHODS[code].currencies


def options_of(code: str) -> dict[str, dict[str, str]]:
    """What the provider's hosted page must be told of a method (`payment_method_options`)."""
    return {"wechat_pay": {"client": "web"}} if code == "wechat_pay" else {}
