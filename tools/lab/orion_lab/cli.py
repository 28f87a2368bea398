# SPDX-License-Identifier: GPL-2.0-only
"""The lab from the command line."""

import argparse
import signal
import sys
import time

from . import demo, folder, image, initramfs, interactive, kernels, modules, packages, programs
from . import vulkan
from .devices import Gpu, Nic
from .qemu import VM, version
from .util import LabError, say


def gpu_options(parser):
    """Options that say what the guest's GPU is."""
    group = parser.add_argument_group("GPU")
    group.add_argument("--outputs", type=int, default=1, metavar="N", help="scanouts, 0 for no GPU")
    group.add_argument("--sizes", metavar="WxH,...", help="size of each head that is plugged in")
    group.add_argument("--no-edid", action="store_true", help="give no EDID")
    group.add_argument("--blob", action="store_true", help="blob resources")
    group.add_argument("--hostmem", metavar="SIZE", help="host-visible window, such as 256M")
    group.add_argument("--venus", action="store_true", help="Vulkan by Venus (newest VMM)")
    group.add_argument("--gl", action="store_true", help="OpenGL by virgl")
    group.add_argument("--gpu-prop", action="append", default=[], metavar="NAME=VALUE",
                       help="any property of QEMU's device; may be repeated")


def nic_options(parser):
    """Options that say what the guest's NIC is."""
    group = parser.add_argument_group("NIC")
    group.add_argument("--nics", type=int, default=1, metavar="N", help="network cards")
    group.add_argument("--queues", type=int, default=1, metavar="N", help="queue pairs of each")
    group.add_argument("--backend", default="auto",
                       help="tap, user, or the words of a -netdev; default: tap where possible")
    group.add_argument("--no-offloads", action="store_true", help="no offload at all")
    group.add_argument("--mtu", type=int, help="MTU that the device gives")
    group.add_argument("--nic-prop", action="append", default=[], metavar="NAME=VALUE",
                       help="any property of QEMU's device; may be repeated")


def machine_options(parser, kernel="6.12"):
    """Options that say what the guest is."""
    parser.add_argument("--kernel", default=kernel,
                        help="6.1, 6.12, 7.2, or the path of a kernel (default: %(default)s)")
    parser.add_argument("--vmm", default="system", choices=["system", "newest"],
                        help="this machine's QEMU, or Debian's newest in the folder")
    parser.add_argument("--modules", default="ours",
                        help="ours, in-tree, none, or .ko files with commas between")
    parser.add_argument("--cpus", type=int, default=2)
    parser.add_argument("--memory", type=int, default=1024, metavar="MIB")
    parser.add_argument("--append", default="", help="more words for the kernel's command line")
    parser.add_argument("--packed", action="store_true", help="packed rings in all devices")


def pairs(words):
    """NAME=VALUE words as a dictionary."""
    for word in words:
        if "=" not in word:
            raise LabError(f"{word}: a property is NAME=VALUE")
    return dict(word.split("=", 1) for word in words)


def parse_sizes(text):
    """1024x768,800x600 as a list of pairs."""
    try:
        return [tuple(map(int, size.split("x", 1))) for size in text.split(",")]
    except ValueError as error:
        raise LabError(f"{text}: sizes look like 1024x768,800x600") from error


def devices(args):
    """The GPUs and NICs that the options ask for."""
    gpus = []
    if args.outputs:
        gpus.append(Gpu(outputs=args.outputs, sizes=parse_sizes(args.sizes) if args.sizes else None,
                        edid=False if args.no_edid else None, blob=args.blob or None,
                        hostmem=args.hostmem, venus=args.venus or None, gl=args.gl or args.venus,
                        packed=args.packed or None, props=pairs(args.gpu_prop)))
    nics = [Nic(queues=args.queues, backend=args.backend, mtu=args.mtu,
                offloads=False if args.no_offloads else None, packed=args.packed or None,
                props=pairs(args.nic_prop)) for _ in range(args.nics)]
    return gpus, nics


def chosen_modules(text):
    """What --modules means to a VM."""
    if text == "none":
        return None
    return text if text in ("ours", "in-tree") else text.split(",")


def machine(chosen, **more):
    """The VM that the options in @chosen ask for."""
    gpus, nics = devices(chosen)
    return VM(chosen.kernel, vmm=chosen.vmm, gpus=gpus, nics=nics,
              modules=chosen_modules(chosen.modules), cpus=chosen.cpus, memory=chosen.memory,
              append=chosen.append, **more)


def do_setup(args):
    """Fetch and make everything, so that later commands work offline."""
    begun = time.monotonic()
    packages.install(packages.QEMU + packages.BUILD + packages.DEMO)
    for name in args.kernels.split(","):
        kernel = kernels.resolve(name)
        kernels.ensure_build(kernel)
        initramfs.base(kernel)
    programs.ensure()
    if args.newest:
        folder.Folder().ensure(folder.QEMU)
        vulkan.ensure()
    if args.image:
        image.ensure()
    say(f"ready after {time.monotonic() - begun:.0f} s")
    return 0


def do_kernels(args):
    """List the kernels."""
    for name in kernels.ALIASES:
        kernel = kernels.resolve(name)
        where = f" (in the {kernel.folder.suite} folder)" if kernel.folder else ""
        print(f"{name:6} {kernel.release}\n       boots   {kernel.vmlinuz}\n"
              f"       KDIR    {kernel.build}{where}")
    del args
    return 0


def do_modules(args):
    """Build the modules."""
    built = modules.build(args.kernel, variables=args.variables, quiet=False)
    for path in built.values():
        print(path)
    return 0


def do_boot(args):
    """Boot a guest, run a program in it, and end with its status."""
    with machine(args) as vm:
        say(f"{vm.kernel.release} is up after {vm.boot_seconds:.1f} s")
        command = args.command[1:] if args.command[:1] == ["--"] else args.command
        if not command:
            print(vm.dmesg(), end="")
            return 0
        argv = command[0] if len(command) == 1 else command
        result = vm.run(argv, timeout=args.timeout)
        print(result.stdout, end="")
        print(result.stderr, end="", file=sys.stderr)
        for line in vm.problems():
            say(f"the guest's kernel says: {line}")
        return result.status if result.status >= 0 else 128 - result.status


def do_run(args):
    """An interactive guest."""
    return interactive.run(args, machine)


def do_demo(args):
    """The demonstration."""
    return demo.run(kernel=args.kernel, modules=chosen_modules(args.modules), vmm=args.vmm,
                    out=args.out, backend=args.backend, heads=args.heads)


def do_image(args):
    """Make the Debian image with a desktop's programs; print where it is."""
    print(image.ensure())
    return 0


def do_versions(args):
    """Versions of the VMMs."""
    print(f"system {version('system')}")
    print(f"newest {version('newest')}")
    del args
    return 0


def parser():
    """The command line's grammar."""
    top = argparse.ArgumentParser(
        prog="lab", description="Boot guests with chosen kernels, virtio devices and modules.",
        epilog="Everything downloaded or built is kept in ~/.cache/orion (or $ORION_CACHE). "
               "Documentation/lab.rst tells more.")
    commands = top.add_subparsers(dest="name", required=True, metavar="COMMAND")

    def command(name, function, text):
        sub = commands.add_parser(name, help=text, description=function.__doc__)
        sub.set_defaults(function=function)
        return sub

    setup = command("setup", do_setup, "fetch and make everything beforehand")
    setup.add_argument("--kernels", default=",".join(kernels.ALIASES), metavar="NAME,...")
    setup.add_argument("--newest", action="store_true", help="the newest QEMU too")
    setup.add_argument("--image", action="store_true", help="the Debian image too")

    command("kernels", do_kernels, "say which kernels there are, and where")
    command("versions", do_versions, "say which QEMUs there are")

    build = command("modules", do_modules, "build our modules for a kernel")
    build.add_argument("--kernel", default="6.12")
    build.add_argument("variables", nargs="*", metavar="NAME=VALUE",
                       help="for make, such as W=1 or LLVM=1")

    boot = command("boot", do_boot, "boot a guest, run a program in it, leave")
    machine_options(boot)
    gpu_options(boot)
    nic_options(boot)
    boot.add_argument("--timeout", type=float, default=300, help="for the program, in seconds")
    boot.add_argument("command", nargs=argparse.REMAINDER, metavar="-- PROGRAM",
                      help="with its arguments; one word is a line for the shell; "
                           "nothing prints the kernel log")

    run = command("run", do_run, "boot a guest to play with")
    machine_options(run)
    gpu_options(run)
    nic_options(run)

    show = command("demo", do_demo, "show several displays and a multi-queue network")
    show.add_argument("--kernel", default="6.12")
    show.add_argument("--vmm", default="system", choices=["system", "newest"])
    show.add_argument("--modules", default="ours")
    show.add_argument("--backend", default="auto", help="tap or user; default: tap where possible")
    show.add_argument("--out", metavar="FILE", help="the contact sheet")
    show.add_argument("--heads", type=int, default=4, choices=range(1, 17), metavar="N",
                      help="displays, up to 16 (default 4)")

    command("image", do_image, "make the Debian image for 3D")
    return top


# A closed terminal ends the lab as Ctrl-C does, with everything taken down.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt(_number, _frame):
    """Begin to take everything down, and let nothing interrupt that."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(argv=None):
    """Run the command line; the exit status is returned."""
    args = parser().parse_args(argv)
    for number in ENDING:
        signal.signal(number, interrupt)
    try:
        return args.function(args)
    except LabError as error:
        print(f"lab: error: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except OSError as error:
        print(f"lab: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("lab: interrupted", file=sys.stderr)
        return 130
