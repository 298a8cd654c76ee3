"""Giving permissions to roles, for migrations. A house may change its roles in the admin afterwards."""

from collections.abc import Iterable, Mapping

from django.apps import apps as live_apps
from django.contrib.auth.management import create_permissions
from django.db.migrations import RunPython


def giving(roles: Mapping[str, Iterable[str]]) -> RunPython:
    """An operation that gives each role its permissions ("app.codename"), and takes them back when it is undone.

    Permissions are made first, as Django makes them only after all migrations.
    """

    def give(apps, schema_editor):
        for label in sorted({name.split(".")[0] for names in roles.values() for name in names}):
            create_permissions(live_apps.get_app_config(label), verbosity=0)
        for role, names in roles.items():
            group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=role)
            group.permissions.add(*_named(apps, names))

    def take(apps, schema_editor):
        for role, names in roles.items():
            for group in apps.get_model("auth", "Group").objects.filter(name=role):
                group.permissions.remove(*_named(apps, names))

    return RunPython(give, take)


def _named(apps, names):
    Permission = apps.get_model("auth", "Permission")
    asked = [name.split(".") for name in names]
    return [Permission.objects.get(content_type__app_label=label, codename=codename) for label, codename in asked]
