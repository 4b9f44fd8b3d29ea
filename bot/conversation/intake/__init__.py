"""The guided forms for disclosure requests and letters: one table of fields, one engine."""
