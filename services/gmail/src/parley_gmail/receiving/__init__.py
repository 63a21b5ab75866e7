"""How mail comes in: polls, pushes, watches, and what is handed on."""
