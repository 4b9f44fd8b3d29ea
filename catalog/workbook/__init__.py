"""The catalogue as a workbook (xlsx) that a clerk edits in Excel or WPS, and back."""
