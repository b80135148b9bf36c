"""Pages of what people are told: thin, like those of articles."""
