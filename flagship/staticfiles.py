from whitenoise.storage import CompressedManifestStaticFilesStorage


class HouseStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed names everywhere, ES module imports included."""

    support_js_module_import_aggregation = True
    manifest_strict = True
