"""Times and rules of recurrence as people say them, in Russian and English, and what is known of zones and holidays."""
