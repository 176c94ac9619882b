"""The addresses of the API by noun. Views only translate: parse, open the guarded door, call, shape."""
