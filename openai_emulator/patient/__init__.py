"""The patient: plays a scenario by rules instead of a model."""
