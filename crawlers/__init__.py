"""Source → Post: reads public pages politely."""
