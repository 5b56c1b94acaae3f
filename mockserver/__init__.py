"""A faithful, stateful local emulator of the Vipps MobilePay APIs."""

__version__ = "0.1.0"
