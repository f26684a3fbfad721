"""What the service answers, one module a subject; each route parses, calls and answers."""
