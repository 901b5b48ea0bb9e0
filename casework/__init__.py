"""What people work on: incidents, disclosures, reports."""
