"""The examiner that marks where no model does."""
