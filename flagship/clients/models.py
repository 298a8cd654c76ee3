"""A client: an e-mail address or a mobile number, either alone suffices, each proven by a code. Staff also have a password.

And what he or a guest keeps in mind: the wish list.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes clients without and staff with a password."""

    def create_user(
        self, email: str | None = None, *, mobile: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        if not email and not mobile:
            raise ValueError("a client needs an e-mail address or a mobile number")
        user = self.model(email=email.strip().lower() if email else None, mobile=mobile or None, **fields)
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> "User":
        return self.create_user(email, password=password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """One person, client or staff. Personal data stands here and in addresses, nowhere else."""

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    mobile = models.CharField(_("mobile (E.164)"), max_length=16, unique=True, null=True, blank=True)
    email_verified_at = models.DateTimeField(_("e-mail verified"), null=True, blank=True)
    mobile_verified_at = models.DateTimeField(_("mobile verified"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    region_code = models.CharField(_("region"), max_length=8, blank=True)
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("since"), default=timezone.now)
    #: The row stays for the sake of its orders; nothing in it points to the person any more (see `erasing`).
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        constraints = [
            models.CheckConstraint(condition=models.Q(email__isnull=False) | models.Q(mobile__isnull=False), name="reachable"),
            models.UniqueConstraint(Lower("email"), name="one_client_an_email"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.mobile or str(self.pk)

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower() if self.email else None
        self.mobile = self.mobile or None

    def get_full_name(self) -> str:
        """Oscar and the admin ask for it."""
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """Besides the password, how he is reached: whoever is signed in elsewhere is not any more once that has changed."""
        return self._with_contacts(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same, by the secrets that were in use before."""
        return (self._with_contacts(known) for known in super().get_session_auth_fallback_hash())

    def _with_contacts(self, known: str) -> str:
        return hashlib.sha256(f"{known}|{self.email}|{self.mobile}".encode()).hexdigest()

    @property
    def is_verified(self) -> bool:
        """Whether at least one way to reach him was proven by a code."""
        return bool(self.email_verified_at or self.mobile_verified_at)


class ContactChange(models.Model):
    """Another contact took the place of this one, which is told of it. Erased with the client."""

    client = models.ForeignKey(User, models.CASCADE, related_name="contact_changes", verbose_name=_("client"))
    old = models.CharField(_("contact before"), max_length=254)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("change of contact")
        verbose_name_plural = _("changes of contact")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.client_id} {self.at:%Y-%m-%d %H:%M}"


class Wish(models.Model):
    """A variant somebody keeps in mind: a client, or a guest known by a token in his session."""

    client = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="wishes", verbose_name=_("client"))
    token = models.CharField(_("token of a guest"), max_length=40, blank=True, null=True)  # noqa: DJ001 - NULLs differ, "" does not
    variant = models.ForeignKey("catalogue.Product", models.CASCADE, related_name="+", verbose_name=_("variant"))
    kept_at = models.DateTimeField(_("kept"), db_index=True)

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        ordering = ["-kept_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(client=None) ^ models.Q(token=None), name="wished_by_client_or_guest"),
            models.UniqueConstraint(fields=["client", "variant"], name="one_wish_of_a_client"),
            models.UniqueConstraint(fields=["token", "variant"], name="one_wish_of_a_guest"),
        ]

    def __str__(self) -> str:
        return str(self.variant)
