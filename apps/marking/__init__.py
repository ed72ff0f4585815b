"""What an answer of the examiner is worth: quotes, evidence, scores and verdicts. Pure functions of text and values."""
