"""What is done when a student seems to speak of harming themselves: rules first, the model second, people last."""
