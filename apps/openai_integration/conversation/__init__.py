"""What the patient is told, and which of its replies a student may see."""
