"""Post → Assessment: cleaning, masking, judging, linking, with reasons."""
