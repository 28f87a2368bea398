# SPDX-License-Identifier: GPL-2.0-only
"""Sends frames of 60 bytes and an unknown protocol into an interface, until it is killed."""

import contextlib
import socket
import sys


def main():
    interface, mac = sys.argv[1:]
    frame = bytes.fromhex(mac.replace(":", "")) + bytes.fromhex("525400000099") + b"\x88\xb5"
    frame = frame.ljust(60, b"\0")
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind((interface, 0))
        while True:
            # What the guest is too slow for is lost, as on a wire.
            with contextlib.suppress(OSError):
                while True:
                    sender.send(frame)


if __name__ == "__main__":
    main()
