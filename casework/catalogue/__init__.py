"""The catalogue of disclosure items: changing it, taking it from a spreadsheet, printing it for filing."""
