"""Rules for understanding sentences, shared by patient and examiner."""
