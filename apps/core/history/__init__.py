"""The history of teaching content: who changed which row when, by which request, and what it was before."""
