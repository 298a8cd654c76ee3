from django.contrib.staticfiles.finders import AppDirectoriesFinder
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HouseStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed names everywhere, ES module imports included."""

    support_js_module_import_aggregation = True
    manifest_strict = True


class HouseAppsFinder(AppDirectoriesFinder):
    """Static files of the admin only: Oscar's own (its dashboard, jQuery, TinyMCE) are never served."""

    def __init__(self, app_names=None, *args, **kwargs):
        super().__init__(app_names or ["django.contrib.admin", "modeltranslation"], *args, **kwargs)
