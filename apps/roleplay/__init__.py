"""How a patient is played: what the model is told, and what may be shown of its replies. Pure functions of text."""
