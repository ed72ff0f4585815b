"""What all endpoints under /api/v2/ share, one module for each subject.

This package imports nothing: DRF loads the classes named in settings while its own modules are still loading.
"""
