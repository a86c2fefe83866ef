"""The command line: one module per noun, each reads or submits through the office and answers in words or JSON."""
