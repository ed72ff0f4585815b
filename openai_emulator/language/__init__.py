"""What the patient and the examiner understand of a sentence."""
