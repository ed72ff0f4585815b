"""The signs in a message that its student, and not the patient, is at risk. Pure functions of text."""
