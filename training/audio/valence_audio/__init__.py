"""Training, cross-validation and export of the audio models of Valence."""
