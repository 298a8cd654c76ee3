"""A stand-in for the payment provider, for `make run` and the tests: never part of production.

It follows Stripe's published API (https://docs.stripe.com/api) for what the house uses, over real HTTP, with a hosted page, test
cards, signed webhooks and faults on demand. It knows nothing of Django or of the house.
"""
