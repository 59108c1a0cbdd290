"""The SPARQL protocols over HTTP as one ASGI application: requests, formats, caching, writing, watching."""
