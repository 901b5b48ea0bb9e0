"""Papers of the office: how people write them, and what each sentence rests on."""
