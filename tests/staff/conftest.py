"""Who works behind the shop."""

import pytest
from django.contrib.auth.models import Group

from tests import makers


@pytest.fixture
def staff(client):
    """`staff("Engraver")` signs a member of that role in."""

    def enter(role: str):
        user, made = makers.User.objects.get_or_create(
            email=f"{role.replace(' ', '.').lower()}@house.example", defaults={"is_staff": True, "name": role}
        )
        if made:
            user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        return client

    return enter
