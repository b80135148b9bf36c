<<<<<<< HEAD
"""Pages of this app: thin like those of `articles.views`, with the same answers for everything that is refused."""
=======
"""Pages of what people are told: thin, like those of articles."""
>>>>>>> 2b365ae1be3f52ff8cf7a1e4445f392443403f8e
