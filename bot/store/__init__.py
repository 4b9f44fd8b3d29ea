"""What is kept between two messages: sessions, updates that came in, how conversations ended."""
