"""Where static files come from, and under which names they are served."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, FileSystemFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from flagship.dressing import dress
from services.foundation.house import house


class HouseStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed names everywhere, ES module imports included."""

    support_js_module_import_aggregation = True
    manifest_strict = True


class HouseAppsFinder(AppDirectoriesFinder):
    """Static files of the admin only: Oscar's own (its dashboard, jQuery, TinyMCE) are never served."""

    def __init__(self, app_names=None, *args, **kwargs):
        super().__init__(app_names or ["django.contrib.admin", "modeltranslation"], *args, **kwargs)


class HouseFinder(FileSystemFinder):
    """Stylesheet, faces and mark of the house, made from its folder whenever static files are collected or looked for."""

    def __init__(self, app_names=None, *args, **kwargs):
        storage = FileSystemStorage(location=settings.VAR / "house")
        storage.prefix = "house"
        self.locations = [("house", storage.location)]
        self.storages = {storage.location: storage}

    def check(self, **kwargs) -> list:
        return []

    def list(self, ignore_patterns) -> Iterator:
        dress(house(), settings.VAR / "house")
        return super().list(ignore_patterns)

    def find(self, path, *args, **kwargs):
        if str(path).startswith("house/"):
            dress(house(), settings.VAR / "house")
        return super().find(path, *args, **kwargs)
