"""The shell: threads, files, sockets and the loop that performs effects."""
