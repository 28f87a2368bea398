# SPDX-License-Identifier: GPL-2.0-only
"""Sends numbered frames, as xsk.c wants them, into an interface of the host.

    frames.py INTERFACE MAC COUNT SECONDS_BETWEEN
"""

import socket
import struct
import sys
import time

LONGEST = 1514
HEAD = 34


def frame(mac, number):
    """The n-th frame: an IPv4 packet of protocol 253 from one of 16 addresses."""
    length = HEAD + 26 + number * 7 % (LONGEST - HEAD - 26)
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, length - 14, 0, 0, 64, 253, 0,
                     bytes([10, 99, 0, number % 16]), bytes([10, 99, 1, 1]))
    data = bytes((number + index) & 0xff for index in range(length - HEAD - 4))
    return mac + bytes.fromhex("525400000099") + b"\x08\x00" + ip + struct.pack(">I", number) + data


def main():
    interface, mac, count, pause = sys.argv[1:]
    frames = [frame(bytes.fromhex(mac.replace(":", "")), number) for number in range(int(count))]
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind((interface, 0))
        for data in frames:
            sender.send(data)
            time.sleep(float(pause))


if __name__ == "__main__":
    main()
