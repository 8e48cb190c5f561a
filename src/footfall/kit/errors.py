"""The tree of errors.

FootfallError
├── ConfigError     a setting or the installation is wrong; the message says how to fix it
├── NotFound        something asked for by id is not there
├── Refused         a request that is understood and not allowed, with the reason
└── Unavailable     a part (store, database, log) cannot be reached now; a retry may help
"""


class FootfallError(Exception):
    """Base of every error that footfall raises on purpose."""


class ConfigError(FootfallError):
    """A setting or the installation is wrong; the message says how to fix it."""


class NotFound(FootfallError):
    """Something asked for by id is not there."""


class Refused(FootfallError):
    """A request that is understood and not allowed, with the reason."""


class Unavailable(FootfallError):
    """A part (store, database, log) cannot be reached now; a retry may help."""
