"""The history of teaching content: who changed which row, when, in which request, and its previous values."""
