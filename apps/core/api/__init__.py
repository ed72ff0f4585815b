"""What every address under /api/v2/ shares, a module a subject.

Nothing is imported here: DRF loads the classes that settings name while its own modules are still loading.
"""
