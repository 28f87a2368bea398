# SPDX-License-Identifier: GPL-2.0-only
"""Sends frames of 60 bytes and an unknown protocol into an interface, until it is killed.

Arguments: the interface, the address, and how many a second; without it, as many as go.
"""

import contextlib
import socket
import sys
import time


def wait(begun, number, rate):
    """Until it is the frame's turn."""
    time.sleep(max(0, begun + number / rate - time.monotonic()))


def main():
    interface, mac, *rate = sys.argv[1:]
    frame = bytes.fromhex(mac.replace(":", "")) + bytes.fromhex("525400000099") + b"\x88\xb5"
    frame = frame.ljust(60, b"\0")
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind((interface, 0))
        begun, number = time.monotonic(), 0
        while True:
            # What the guest is too slow for is lost, as on a wire.
            with contextlib.suppress(OSError):
                while True:
                    number += 1
                    if rate:
                        wait(begun, number, int(rate[0]))
                    sender.send(frame)


if __name__ == "__main__":
    main()
