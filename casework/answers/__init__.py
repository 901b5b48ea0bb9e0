"""Answers to the public: their course from draft to publication, and what is checked in their words."""
