"""nginx in front of the old and the new service: its files, and the switch between its phases."""
