"""Set up, start and stop the whole system on one machine, with the standard library alone."""
