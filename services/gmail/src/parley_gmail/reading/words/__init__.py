"""What mail programs and people write in many languages, as data."""
