"""Workers and the clock. Money has a queue of its own, so that a flood of mail never delays a capture."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flagship.settings.base")

app = Celery("flagship")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.task_routes = {"services.deferred.*": {"queue": "money"}, "money.*": {"queue": "money"}}
app.conf.beat_schedule = {
    "sweep the outbox": {"task": "outbox.sweep", "schedule": 5.0},
    "release lapsed holds": {"task": "units.release_lapsed_holds", "schedule": 15.0},
    "look after gifts by link": {"task": "checkout.look_after_gifts", "schedule": 60.0},
    "lapse unpaid orders": {"task": "checkout.lapse_unpaid_orders", "schedule": 30.0},
    "ask the provider about open payments": {"task": "money.settle_open_payments", "schedule": 30.0},
    "renew holds": {"task": "money.renew_holds", "schedule": 900.0},
    "ask about repayments": {"task": "money.ask_about_repayments", "schedule": 300.0},
    "forget old codes": {"task": "contacts.forget_old_codes", "schedule": 3600.0},
    "clear away old pictures": {"task": "catalog.clear_away_pictures", "schedule": 6 * 3600.0},
    "clear old sessions": {"task": "clients.clear_sessions", "schedule": 86400.0},
    "ask for sizes": {"task": "checkout.ask_for_sizes", "schedule": 6 * 3600.0},
    "plan the bench": {"task": "engraving.plan_the_bench", "schedule": 6 * 3600.0},
    "forget links that ran out": {"task": "engraving.forget_old_looks", "schedule": 86400.0},
    "find pieces by what is shown": {"task": "catalog.index_what_turned", "schedule": 60.0},
    "forget guests' old wishes": {"task": "clients.forget_guests_wishes", "schedule": 86400.0},
    "look after links to pay": {"task": "paylinks.look_after", "schedule": 60.0},
    "remind of bank transfers": {"task": "transfers.remind", "schedule": 600.0},
    "compare with the provider": {"task": "money.compare_with_the_provider", "schedule": 3600.0},
    "ask what the account may do": {"task": "money.ask_capabilities", "schedule": 60.0},
    "look after balances": {"task": "money.look_after_balances", "schedule": 60.0},
    "issue what invoices are due": {"task": "invoicing.issue_due", "schedule": 300.0},
    "collect due parts": {"task": "money.collect_due_parts", "schedule": 60.0},
    "look after arrears": {"task": "money.look_after_arrears", "schedule": 600.0},
}
