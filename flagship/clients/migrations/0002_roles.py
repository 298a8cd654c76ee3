from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

#: Each role and the permissions of its rooms, as app.codename. A role sees only its rooms.
ROLES = {
    "Merchandiser": [
        *(f"catalogue.{act}_{what}" for act in ("view", "change", "add") for what in ("product", "picture", "metal")),
        "catalogue.view_category",
        "catalogue.change_category",
        *(f"partner.{act}_price" for act in ("view", "add", "change")),
        *(f"engraving.{act}_zone" for act in ("view", "add", "change")),
        *(f"gifting.{act}_packingoption" for act in ("view", "add", "change")),
        "units.view_unit",
    ],
    "Launch manager": [
        *(f"launches.{act}_launch" for act in ("view", "add", "change")),
        "launches.view_allowance",
        "units.view_unit",
        "units.change_unit",
        "catalogue.view_product",
    ],
    "Engraver": ["engraving.view_job", "engraving.change_job", "engraving.view_jobmove"],
    "Inspector": ["engraving.view_job", "engraving.change_job", "engraving.view_jobmove"],
    "Packing bench": ["order.view_order", "order.pack_order", "order.view_orderstatuschange"],
    "Dispatch": ["order.view_order", "order.dispatch_order", "order.view_orderstatuschange", "delivery.view_transit"],
    "Payments desk": [
        "order.view_order",
        "order.review_order",
        "order.cancel_order",
        "order.view_orderstatuschange",
        "order.view_consent",
        "provider.view_attempt",
        "provider.view_event",
        "book.view_entry",
        "book.view_posting",
        "deferred.view_plan",
        "deferred.view_part",
        *(f"deferred.{act}_eligibilityrule" for act in ("view", "add", "change")),
    ],
    "Client adviser": [
        "order.view_order",
        "order.cancel_order",
        "order.view_orderstatuschange",
        "order.view_consent",
        "clients.view_user",
        "catalogue.view_product",
        "units.view_unit",
    ],
}


def make_roles(apps, schema_editor):
    """Groups with their permissions; permissions are made first, as Django makes them only after all migrations."""
    for label in sorted({name.split(".")[0] for names in ROLES.values() for name in names}):
        create_permissions(live_apps.get_app_config(label), verbosity=0)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for role, names in ROLES.items():
        group, _made = Group.objects.get_or_create(name=role)
        for name in names:
            label, codename = name.split(".")
            group.permissions.add(Permission.objects.get(content_type__app_label=label, codename=codename))


class Migration(migrations.Migration):
    """Staff roles. A house may change them in the admin afterwards."""

    dependencies = [
        ("clients", "0001_initial"),
        ("catalogue", "0033_house"),
        ("partner", "0008_house"),
        ("order", "0023_permissions"),
        ("engraving", "0001_initial"),
        ("gifting", "0001_initial"),
        ("launches", "0001_initial"),
        ("deferred", "0001_initial"),
        ("delivery", "0001_initial"),
        ("units", "0001_initial"),
        ("provider", "0001_initial"),
        ("book", "0001_initial"),
    ]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
