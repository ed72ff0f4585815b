"""Faults that the emulator produces on request."""
