# SPDX-License-Identifier: GPL-2.0-only
"""Says of the frames that an interface receives where their checksums are missing.

    partial.py INTERFACE

It is done when none of our protocol has come for two seconds after the first.
"""

import socket
import struct
import sys

SOL_PACKET = 263
PACKET_VNET_HDR = 15
NEEDS_CSUM = 1
HEADER = struct.Struct("<BBHHHH")
ETH_P_IP = 0x800
PROTOCOL = 253
OUTGOING = 4


def main():
    """Listen, then tell."""
    found = []
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_IP)) as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 26)
        own.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        own.bind((sys.argv[1], ETH_P_IP))
        print("ready", flush=True)
        own.settimeout(30)
        try:
            while True:
                data, address = own.recvfrom(65536)
                if data[HEADER.size + 23] != PROTOCOL or address[2] == OUTGOING:
                    continue
                own.settimeout(2)
                flags, _, _, _, start, offset = HEADER.unpack_from(data)
                found.append(f"{start},{offset}" if flags & NEEDS_CSUM else "complete")
        except socket.timeout:
            pass
    print("\n".join(found))


if __name__ == "__main__":
    main()
