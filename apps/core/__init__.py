"""What every app stands on: it imports none of them, and has no tables."""
