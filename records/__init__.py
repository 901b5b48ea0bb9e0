"""What one stage hands to the next: frozen records, one idea a file, importing nothing of ours."""
