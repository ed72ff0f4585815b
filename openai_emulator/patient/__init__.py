"""The patient that is played where no model is."""
