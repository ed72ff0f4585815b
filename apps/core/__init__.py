"""Shared foundations for every app. It imports no other app and has no tables."""
