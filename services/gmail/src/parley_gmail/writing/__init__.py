"""What a person gets: subject, text, HTML, headers, MIME."""
