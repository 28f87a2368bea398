# SPDX-License-Identifier: GPL-2.0-only
"""The lab's own arithmetic: what it reads, derives and writes. No guest is booted."""

import io
import pathlib
import struct
import subprocess
import sys
import zlib

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from orion_lab import dbus, demo, edid, initramfs, kernels, modules, suites  # noqa: E402
from orion_lab.console import problems  # noqa: E402
from orion_lab.devices import Gpu, Nic  # noqa: E402
from orion_lab.display import Cursor  # noqa: E402
from orion_lab.picture import Picture  # noqa: E402
from orion_lab.util import LabError, half_made  # noqa: E402

DEB822 = """# a comment
Types: deb deb-src
URIs: MIRROR/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/some.gpg

Types: deb
URIs: MIRROR/security
Suites: bookworm-security
Components: main

Types: deb
Enabled: no
URIs: MIRROR/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: MIRROR/debian
Suites: bookworm
Components: main
"""

ONE_LINE = """deb [arch=amd64 signed-by=/etc/key.gpg] MIRROR/debian bookworm main # all
deb-src MIRROR/debian bookworm main
# deb MIRROR/debian bookworm main
deb VENDOR/apt cloud-bookworm main
"""


def test_sources_of_both_forms_are_read():
    new = list(suites.parse_deb822(DEB822))
    assert [source.suites for source in new] == [["bookworm", "bookworm-updates"],
                                                 ["bookworm-security"]]
    assert new[0].signed_by == "/usr/share/keyrings/some.gpg"
    old = list(suites.parse_list(ONE_LINE))
    assert [source.suites for source in old] == [["bookworm"], ["cloud-bookworm"]]
    assert old[0].signed_by == "/etc/key.gpg" and old[0].components == ["main"]


def test_another_suite_is_derived_and_vendors_fall_away():
    own = list(suites.parse_deb822(DEB822)) + list(suites.parse_list(ONE_LINE))
    derived = suites.derive(own, "bookworm", "trixie", backports=True)
    assert [source.suites for source in derived] == [
        ["trixie", "trixie-backports", "trixie-updates"], ["trixie-security"],
        ["trixie", "trixie-backports"]]
    assert all(source.components == ["main"] for source in derived)
    assert not any("VENDOR" in uri for source in derived for uri in source.uris)


def test_no_source_of_the_own_suite_is_an_error():
    with pytest.raises(LabError, match="bullseye"):
        suites.derive(list(suites.parse_list(ONE_LINE)), "bullseye", "trixie")


def test_versions_are_ordered_by_number():
    names = ["linux-image-6.12.117+deb12-amd64", "linux-image-6.12.9+deb12-amd64"]
    assert max(names, key=suites.version_key) == names[0]


@pytest.mark.parametrize("name", ["/etc", "5.5", "/bin/ls"])
def test_what_is_no_kernel_is_said_in_one_line(name):
    with pytest.raises(LabError) as error:
        kernels.resolve(name)
    assert "kernel" in str(error.value) and "\n" not in str(error.value)


def test_a_half_made_folder_never_looks_finished(tmp_path):
    with pytest.raises(RuntimeError), half_made(tmp_path / "thing") as part:
        (part / "file").touch()
        raise RuntimeError("interrupted")
    assert not (tmp_path / "thing").exists()
    with half_made(tmp_path / "thing") as part:
        assert not (part / "file").exists()
    assert (tmp_path / "thing").is_dir()


def test_the_reason_of_a_failed_build_is_found():
    output = "CC a.o\nCC b.o\nb.c:3:1: error: no\nmake: *** [b.o] Error 1\n"
    assert modules.readable(output).startswith("b.c:3:1: error")


def test_device_words():
    gpu = Gpu(outputs=1, edid=False, props={"x": "y"}, id="gpu0")
    assert gpu.arguments() == ["-device", "virtio-gpu-pci,id=gpu0,max_outputs=1,edid=off,x=y"]
    nic = Nic(queues=4, backend="hubport,hubid=0", id="nic0")
    assert nic.arguments() == [
        "-netdev", "hubport,id=nic0-net,hubid=0",
        "-device", "virtio-net-pci,id=nic0,netdev=nic0-net,mq=on,vectors=10"]


def test_the_archive_is_one_that_cpio_reads():
    handle = io.BytesIO()
    archive = initramfs.Archive(handle)
    archive.file("a/b/c", b"text", 0o755)
    archive.link("a/link", "b/c")
    archive.end()
    listing = subprocess.run(["/bin/busybox", "cpio", "-t"], input=handle.getvalue(),
                             capture_output=True, check=True).stdout.decode().split()
    assert listing == ["a", "a/b", "a/b/c", "a/link"]
    assert handle.tell() % 4 == 0


def test_pictures(tmp_path):
    data = bytes([255, 0, 0, 0, 255, 0])
    (tmp_path / "p.ppm").write_bytes(b"P6\n2 1\n255\n" + data)
    picture = Picture.from_ppm(tmp_path / "p.ppm")
    assert picture.size == (2, 1) and picture.pixel(1, 0) == (0, 255, 0)
    assert picture.differs(Picture(2, 1, bytes(6))) == 2 and not picture.is_blank()
    picture.save_png(tmp_path / "p.png")
    raw = (tmp_path / "p.png").read_bytes()
    at = raw.index(b"IDAT")
    size = struct.unpack(">I", raw[at - 4:at])[0]
    assert zlib.decompress(raw[at + 4:at + 4 + size]) == b"\0" + data


def test_a_cursor_is_drawn_where_it_is_and_not_outside():
    cursor = Cursor(x=1, y=0, visible=True, width=2, height=1,
                    data=bytes([0, 0, 200, 255]) * 2)
    assert cursor.onto(Picture(2, 1, bytes(6))).data == bytes([0, 0, 0, 200, 0, 0])


def test_messages_of_the_bus_come_back_as_they_were():
    fields = {dbus.PATH: "/a/b", dbus.MEMBER: "Do", dbus.SIGNATURE: "h", dbus.FDS: 1}
    packed = b""
    for code, value in fields.items():
        packed = dbus.pad(packed, 8) + dbus.marshal_field(code, value)
    assert dbus.parse_fields(packed) == fields


def test_the_monitor_name_is_found_and_nothing_in_rubbish():
    block = bytearray(128)
    block[:8] = b"\x00\xff\xff\xff\xff\xff\xff\x00"
    block[72:90] = b"\0\0\0\xfc\0QEMU Monitor\n"
    assert edid.monitor_name(bytes(block)) == "QEMU Monitor"
    assert edid.monitor_name(bytes(128)) == "" and edid.monitor_name(b"") == ""


def test_what_modetest_lists_is_understood():
    text = ("37\t38\tconnected\tVirtual-1      \t270x200\t\t2\t38\n"
            "  modes:\n\tindex name refresh (Hz)\n"
            "  #0 1024x768 74.99 1024 1280 flags: ; type: preferred, driver\n")
    found = demo.parse_connectors(text)
    assert (found[0].id, found[0].name, found[0].modes) == (37, "Virtual-1", ["1024x768"])
    assert demo.parse_crtcs("36\t64\t(0,0)\t(1024x768)\n") == [36]


def test_problems_of_a_kernel_are_seen():
    log = "[1.0] all is well\n[2.0] WARNING: CPU: 0 PID: 1 at x.c:1\n[3.0] BUG: KASAN: oh\n"
    assert len(problems(log)) == 2 and problems("[1.0] fine\n") == []
