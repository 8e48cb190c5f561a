"""Backup: a running installation in, one tar file out; and an installation made from it.

``write`` holds the moment still and copies, ``archive`` is the file and its checksums,
``restore`` brings it back into an empty folder.
"""

from footfall.backup.archive import BadArchive, Manifest, read_archive
from footfall.backup.restore import restore_backup
from footfall.backup.write import write_backup

__all__ = ["BadArchive", "Manifest", "read_archive", "restore_backup", "write_backup"]
