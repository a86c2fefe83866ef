"""Verbs: what can be done in words, alike in the shell (`deskterm conversation close 1042`) and on the console's `:` line.

`table` says which there are, `line` reads words into a call, `acts` makes a command of the desk of it, `work` has it carried
out and says what came of it, `completion` offers what may stand at the cursor. Nothing here knows a screen or a shell.
"""
