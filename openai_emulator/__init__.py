"""An offline server that speaks OpenAI's wire: it plays the patient and the examiner, and fails on request."""
