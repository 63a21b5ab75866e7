"""The App Home: each person's open requests and recent decisions, drawn and kept fresh."""
