"""An offline server with OpenAI's API: it plays patients, marks transcripts, and produces faults on request."""
