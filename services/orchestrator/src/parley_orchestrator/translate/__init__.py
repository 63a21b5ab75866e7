"""Proto to domain and back; pure."""
