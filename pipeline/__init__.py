"""One step a file: read, call one stage, write in one transaction. The service layer."""
