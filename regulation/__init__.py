"""The rules of the regulation: each row names its clause; code here only reads rows."""
