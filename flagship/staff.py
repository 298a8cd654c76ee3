"""The rooms behind the shop: Django admin under the house's name."""

from django.contrib.admin import AdminSite
from django.contrib.auth import BACKEND_SESSION_KEY
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

BY_PASSWORD = "django.contrib.auth.backends.ModelBackend"


class StaffSite(AdminSite):
    """Only our own rooms; Oscar's dashboard is not mounted."""

    site_header = _("Behind the shop")
    site_title = _("Behind the shop")
    index_title = _("Your rooms")
    site_url = "/"
    index_template = "admin/rooms.html"
    enable_nav_sidebar = False  # the bench needs the width for its proofs

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff who came in by their password; an e-mail's or a mobile's code alone opens no room."""
        return super().has_permission(request) and request.session.get(BACKEND_SESSION_KEY) == BY_PASSWORD

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from flagship.stage import previewing  # reads models, which are not there yet when the site is made

        return [path("preview/", self.admin_view(previewing.choose), name="preview-house"), *super().get_urls()]
