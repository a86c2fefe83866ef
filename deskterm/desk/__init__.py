"""What a support desk is: pure rules over plain values. No I/O, no clock, no async."""
