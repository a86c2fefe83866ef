"""The demo's channel and its made-up customers."""

from deskterm.channels.demo.channel import DemoChannel

__all__ = ["DemoChannel"]
