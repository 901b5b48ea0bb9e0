"""One promise or measurement a file; prints ratios from one run."""
