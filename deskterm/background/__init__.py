"""The back room: polling, placing, sending, the clock. It runs only in the process that holds the lease."""
