"""Static files in production: compressed, with a hash of their content in their names."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """WhiteNoise's, which also names a module's imports by their hashes: all of a page's modules are of one version."""

    support_js_module_import_aggregation = True
