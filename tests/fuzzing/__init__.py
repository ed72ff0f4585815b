"""schemathesis against running processes, as student, instructor and admin. `python -m tests.fuzzing`."""
