"""The examiner: marks transcripts by rules instead of a model."""
