"""nginx in front of the old and the new service: its configuration, and the switch between phases."""
