"""The staff desk at ``/desk``: everything that ``wenban case`` does, as pages."""
