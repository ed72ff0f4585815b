"""Builds the prompt for the patient, generates the reply, checks it and publishes it."""
