"""What a text is about: taxonomy, transformer tagger, training and evaluation."""
