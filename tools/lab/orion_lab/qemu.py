# SPDX-License-Identifier: GPL-2.0-only
"""A virtual machine: started, talked to, looked at, and certainly ended."""

import dataclasses
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time

from . import folder, image, initramfs, kernels, modules as our_modules, net, packages, programs
from . import vulkan
from .console import Console, GuestCrash, problems
from .display import Heads
from .guest import Guest
from .picture import Picture
from .qmp import Qmp
from .util import LabError, die_with_parent, last_lines, run, say, stop

GUEST_MODULES = "/orion/modules"

# Disks that the lab makes, by what a VM calls them.
DISKS = {"image": image, "programs": programs, "vulkan": vulkan}

# A VM's folder of sockets and logs is PREFIX, the lab's process, and something random.
PREFIX = "orion-lab-"


def sweep():
    """Remove the folders of labs that were killed."""
    for path in pathlib.Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        pid = path.name.removeprefix(PREFIX).split("-")[0]
        if pid.isdigit() and not pathlib.Path("/proc", pid).is_dir():
            shutil.rmtree(path, ignore_errors=True)


class VM:
    """A guest in QEMU; a context manager.

    with VM("6.12", gpus=[Gpu(outputs=2)], modules="ours") as vm:
        print(vm.run(["modetest", "-c"]).stdout)

    See Documentation/lab.rst for all that can be asked for and done.
    """

    def __init__(self, kernel="6.12", *, vmm="system", machine="q35", gpus=(), nics=(),
                 modules=None, params=None, load=True, cpus=2, memory=1024, append="",
                 files=None, shares=None, network=None, root_ports=0, snapshots=False,
                 incoming=False, display=None, disk=None, args=(), console=None, shell=False,
                 timeout=90, log=None):
        self.kernel = kernels.resolve(kernel)
        self.vmm = vmm
        self.machine = machine
        # Copies: what this VM makes of them must not show in the next one.
        self.gpus = [dataclasses.replace(gpu) for gpu in gpus]
        self.nics = [dataclasses.replace(nic) for nic in nics]
        self.modules = modules
        self.params = params or {}
        self.load_modules = load
        self.cpus = cpus
        self.memory = memory
        self.append = append
        self.files = dict(files or {})
        self.shares = dict(shares or {})
        self.network = network
        self.root_ports = root_ports
        self.snapshots = snapshots
        self.incoming = incoming
        self.display = display
        self.disk = disk
        self.args = list(args)
        self.serial = console
        self.shell = shell
        self.timeout = timeout
        self.log = log

        self.dir = None
        self.process = None
        self.xvfb = None
        self.qmp = None
        self.guest = None
        self.heads = None
        self.console = None
        self.own_network = None
        self.boot_seconds = None
        self.module_files = {}
        # Set it where the guest's kernel is meant to panic: what QEMU shows can still be asked for.
        self.doomed = False
        self._name_devices()

    # Starting

    def _name_devices(self):
        for kind, devices in (("gpu", self.gpus), ("nic", self.nics)):
            for index, device in enumerate(devices):
                device.id = device.id or f"{kind}{index}"

    @property
    def gl(self):
        """Whether a GPU wants OpenGL."""
        return any(gpu.gl for gpu in self.gpus)

    @property
    def microvm(self):
        """Whether there is no PCI, and devices are on virtio-mmio."""
        return self.machine.startswith("microvm")

    def start(self):
        """Start the guest and wait until programs can be run in it."""
        begun = time.monotonic()
        try:
            self._prepare()
            begun = time.monotonic()
            self._spawn()
            self.qmp = Qmp(self.dir / "qmp", self.alive)
            self._plug_heads()
            self.guest = Guest(self.dir / "agent", self.alive, self.waiting)
            if not self.incoming:
                self._come_up()
                self.boot_seconds = time.monotonic() - begun
                self._settle()
        except BaseException:
            self.close()
            raise
        return self

    def _come_up(self):
        try:
            self.guest.wait_ready(self.timeout)
        except GuestCrash:
            raise
        except LabError as error:
            raise LabError(f"{error}; its console ends in:\n{self.console.tail(20)}") from error

    def _settle(self):
        """What a guest gets once its agent answers."""
        if self.disk:
            # The first files are beneath the disk's system, but for those in /orion.
            for path, what in self.files.items():
                data = what if isinstance(what, bytes) else pathlib.Path(what).read_bytes()
                self.guest.write(path, data)
            if self.files:
                self.guest.run(["chmod", "755", *self.files], check=True)
        for tag in self.shares:
            self.guest.run(f"modprobe 9pnet_virtio; modprobe 9p; mkdir -p /mnt/{tag} && "
                           f"mount -t 9p -o trans=virtio,version=9p2000.L {tag} /mnt/{tag}",
                           check=True)
        if self.load_modules:
            self.load()

    def _prepare(self):
        if self.vmm == "newest":
            folder.Folder().ensure(folder.QEMU)
        else:
            packages.install(packages.QEMU)
            if self.gl and not self.display:
                packages.install(packages.OPENGL)
        if self.disk in DISKS:
            self.disk = DISKS[self.disk].ensure()
        self._collect_modules()
        sweep()
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
        self.console = Console(self.dir / "console.log")
        with open(self.dir / "initrd", "wb") as handle:
            with open(initramfs.base(self.kernel), "rb") as base:
                shutil.copyfileobj(base, handle, 1 << 20)
            initramfs.overlay(handle, self._files())
        wants_tap = [nic.backend == "tap" or nic.backend == "auto" and net.can_tap()
                     for nic in self.nics]
        if any(wants_tap) and not self.network:
            self.own_network = self.network = net.Network()
        for nic in self.nics:
            self._connect(nic)
        if self.snapshots:
            run(["qemu-img", "create", "-q", "-f", "qcow2", self.dir / "snapshots.qcow2", "4G"])

    def _connect(self, nic):
        """Give a NIC what is at the other end of its cable."""
        if nic.backend == "auto":
            nic.backend = "tap" if self.network else "user"
        if nic.backend == "tap" and not nic.tap:
            if not self.network:
                raise LabError("this VM was started without a network: give it network=Network()")
            nic.tap = self.network.tap(nic.queues)
        if nic.backend == "user" and nic.queues > 1:
            say("QEMU's user networking has one queue pair only")
            nic.queues = 1

    def _collect_modules(self):
        """Find the files of the modules that are not the kernel's own."""
        if self.modules == "ours":
            self.module_files = our_modules.build(self.kernel)
        elif isinstance(self.modules, dict):
            self.module_files = {name: pathlib.Path(path)
                                 for name, path in self.modules.items()}
        elif isinstance(self.modules, (list, tuple)):
            self.module_files = {pathlib.Path(item).stem: pathlib.Path(item)
                                 for item in self.modules if str(item).endswith(".ko")}
        for path in self.module_files.values():
            if not path.is_file():
                raise LabError(f"no module {path}")

    def _files(self):
        files = dict(self.files)
        for name, path in self.module_files.items():
            files[f"{GUEST_MODULES}/{name}.ko"] = path
        return files

    def _command(self):
        argv = ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-name", "orion-lab",
                "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", str(self.cpus),
                "-m", str(self.memory), *self._machine(), *self._screen(), *self._boot(),
                "-chardev", f"socket,id=qmp,path={self.dir}/qmp,server=on,wait=off",
                "-mon", "chardev=qmp,mode=control",
                "-device", f"virtio-serial-{'device' if self.microvm else 'pci'},id=vserial",
                "-chardev", f"socket,id=agent,path={self.dir}/agent,server=on,wait=off",
                "-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"]
        for number in range(self.root_ports):
            argv += ["-device", f"pcie-root-port,id=port{number},chassis={number + 1},"
                                f"slot={number + 1}"]
        for device in self.gpus + self.nics:
            argv += device.arguments()
        for tag, path in self.shares.items():
            argv += ["-virtfs", f"local,path={path},mount_tag={tag},security_model=none"]
        if self.snapshots:
            argv += ["-drive", f"if=none,id=snapshots,file={self.dir}/snapshots.qcow2"]
        if self.disk:
            argv += ["-drive", f"if=none,id=disk,file={self.disk},format=raw,snapshot=on",
                     "-device", "virtio-blk-pci,drive=disk"]
        if self.incoming:
            argv += ["-incoming", "defer"]
        return argv + [str(arg) for arg in self.args]

    def _machine(self):
        if any(gpu.blob or gpu.hostmem for gpu in self.gpus):
            return ["-object", f"memory-backend-memfd,id=ram,size={self.memory}M",
                    "-machine", f"{self.machine},memory-backend=ram"]
        if self.microvm:
            # By default its transports are those of legacy devices.
            return ["-machine", self.machine, "-global", "virtio-mmio.force-legacy=false"]
        return ["-machine", self.machine]

    def _screen(self):
        if self.display:
            return ["-display", self.display] if not self.display.startswith("-") \
                else self.display.split()
        if self.gl:
            return ["-display", "gtk,gl=on"]
        return ["-display", "dbus,p2p=yes" if self.gpus else "none"]

    def _boot(self):
        # QEMU's timers work, if not always in time for those who look.
        words_ = ["console=ttyS0", "loglevel=5", "oops=panic", "printk.time=1", "no_timer_check",
                  "net.ifnames=0", f"orion.host=orion-{self.kernel.name}".replace("/", "_")]
        if self.microvm:
            # It has no timer that the kernel could find out by how fast all else is.
            words_ += ["tsc_early_khz=1000000", "lpj=4000000", "tsc=unstable"]
        if self.shell:
            words_.append("orion.shell=1")
        if self.disk:
            words_.append("orion.disk=1")
        words_.append(self.append)
        serial = self.serial or "file,path={log}"
        return ["-kernel", str(self.kernel.vmlinuz), "-initrd", f"{self.dir}/initrd",
                "-append", " ".join(words_).strip(),
                "-chardev", f"{serial},id=serial".format(log=self.console.path),
                "-serial", "chardev:serial"]

    def _spawn(self):
        argv = self._command()
        if self.vmm not in ("system", "newest"):
            raise LabError(f"no VMM {self.vmm}: there are system and newest")
        env = self._start_xvfb() if self.gl and not self.display else {}
        words_ = [f"{key}={value}" for key, value in env.items()]
        if self.vmm == "newest":
            argv = folder.Folder().command(argv, cwd=self.dir, env=words_)
        else:
            argv = ["setpriv", "--pdeathsig", "KILL", "--", "env", *words_, *argv]
        if self.network:
            argv = self.network.command(argv)
        with open(self.dir / "qemu.log", "wb") as log:
            interactive = self.serial is not None
            self.process = subprocess.Popen(
                argv, stdin=None if interactive else subprocess.DEVNULL,
                stdout=None if interactive else log, stderr=log,
                preexec_fn=die_with_parent, start_new_session=not interactive)

    def _start_xvfb(self):
        """An X server in memory, for a QEMU that needs a window with OpenGL."""
        reader, writer = os.pipe()
        argv = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "2048x1536x24",
                "-nolisten", "tcp", "-fbdir", str(self.dir)]
        if self.vmm == "newest":
            argv = folder.Folder().command(argv)
        with open(self.dir / "xvfb.log", "wb") as log:
            self.xvfb = subprocess.Popen(argv, pass_fds=[writer],
                                         stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                         preexec_fn=die_with_parent, start_new_session=True)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise LabError("Xvfb does not start: "
                           + last_lines((self.dir / "xvfb.log").read_text()))
        return {"DISPLAY": f":{number}", "LIBGL_ALWAYS_SOFTWARE": "1",
                "VK_ICD_FILENAMES": "/usr/share/vulkan/icd.d/lvp_icd.json"}

    def _plug_heads(self):
        if self.gpus and not self.gl and not self.display:
            self.heads = Heads(self.qmp)
            for gpu in self.gpus:
                for head, size in enumerate(gpu.sizes or []):
                    self.set_head(head, *size, gpu=gpu.id)

    # State

    def alive(self):
        """Return if the guest lives; else raise GuestCrash with the end of its console."""
        line = None if self.doomed else self.console.panic()
        if line:
            # What follows the first line of a panic is what one wants to read.
            time.sleep(0.7)
            raise GuestCrash(f"the guest's kernel died: {line}\n{self.console.tail(60)}")
        if self.process and self.process.poll() is not None:
            said = (self.dir / "qemu.log").read_text(encoding="utf-8", errors="replace")
            raise GuestCrash(f"QEMU ended with status {self.process.returncode}: "
                             + (last_lines(said, 8) or self.console.tail(10)))

    def waiting(self):
        """What the guest does and waits for, in its kernel's words, when all else is silence."""
        before = len(self.console.text())
        try:
            # All that is said shall be seen; then blocked tasks, processors, locks, and timers.
            for key in "9wldq":
                self.guest.write("/proc/sysrq-trigger", key)
            time.sleep(2)
            told = self.console.text()[before:]
        except LabError as error:
            told = f"{error}\n{self.qmp.hmp('info registers -a')}"
        return f"Its kernel says:\n{told}"

    def dmesg(self):
        """The guest's kernel log."""
        return self.guest.out(["dmesg"])

    def problems(self):
        """Lines of the kernel log that tell of a defect: warnings, oopses, stalls."""
        return problems(self.dmesg())

    # Programs, files, modules

    def run(self, argv, timeout=60, stdin=None, env=None, check=False):
        """Run a program in the guest, see Guest.run()."""
        return self.guest.run(argv, timeout, stdin, env, check)

    def out(self, argv, timeout=60):
        """What a program in the guest prints; raises if it fails."""
        return self.guest.out(argv, timeout)

    def spawn(self, argv, stdin=None, env=None):
        """Start a program in the guest in the background, see Guest.start()."""
        return self.guest.start(argv, stdin, env)

    def put(self, source, target):
        """Copy a file of the host into the guest."""
        self.guest.write(target, pathlib.Path(source).read_bytes())

    def get(self, source, target):
        """Copy a file of the guest to the host."""
        pathlib.Path(target).write_bytes(self.guest.read(source))

    def insmod(self, name, params="", check=True):
        """Load a module by name: one of the VM's own files, or the kernel's.

        What an own module depends on is loaded first. Returns the Result.
        """
        path = self.module_files.get(name)
        if not path:
            return self.run(["modprobe", name, *params.split()], check=check)
        depends = run(["modinfo", "-F", "depends", path]).strip().split(",")
        for other in filter(None, depends):
            if other in self.module_files:
                if not self.run(["test", "-d", f"/sys/module/{other}"]).ok:
                    self.insmod(other, self.params.get(other, ""))
            else:
                self.run(["modprobe", other], check=True)
        return self.run(["insmod", f"{GUEST_MODULES}/{name}.ko", *params.split()], check=check)

    def rmmod(self, name, check=True):
        """Unload a module and return the Result."""
        return self.run(["rmmod", name], check=check)

    def load(self):
        """Load the modules that the VM was asked for."""
        if self.modules == "in-tree":
            names = ["virtio_gpu"] * bool(self.gpus) + ["virtio_net"] * bool(self.nics)
        elif isinstance(self.modules, (list, tuple)):
            names = [pathlib.Path(item).stem for item in self.modules]
        else:
            names = list(self.module_files)
        for name in names:
            if not self.run(["test", "-d", f"/sys/module/{name}"]).ok:
                self.insmod(name, self.params.get(name, ""))

    # Devices

    def _console_of(self, head, gpu):
        index = 0
        for other in self.gpus:
            if other.id == gpu:
                return index + head
            index += other.outputs
        raise LabError(f"no GPU {gpu}")

    def _need_heads(self):
        if not self.heads:
            raise LabError("this VM's display takes no requests for heads")
        return self.heads

    def set_head(self, head, width, height, gpu="gpu0"):
        """Resize a head as a user does by its window; plugs it in if it was not."""
        self._need_heads().set_size(self._console_of(head, gpu), width, height)

    def unplug_head(self, head, gpu="gpu0"):
        """Unplug a head."""
        self.set_head(head, 0, 0, gpu)

    def screendump(self, head=0, gpu="gpu0"):
        """What the host shows on a head, as a Picture."""
        path = self.dir / f"{gpu}-{head}.ppm"
        self.qmp.cmd("screendump", filename=str(path), device=gpu, head=head)
        picture = Picture.from_ppm(path)
        path.unlink()
        return picture

    def window(self):
        """The X screen with QEMU's window, where heads are drawn by OpenGL, as a Picture."""
        if not self.xvfb:
            raise LabError("this VM has no window of its own: that takes a Gpu(gl=True)")
        return Picture.from_xwd(self.dir / "Xvfb_screen0")

    def watch(self, head=0, gpu="gpu0"):
        """Follow a head's cursor, which no screendump shows; see display.Watch."""
        return self._need_heads().watch(self._console_of(head, gpu))

    def forward(self, port, nic="nic0"):
        """A port of the host's loopback that leads to the guest's; user networking only."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            own = probe.getsockname()[1]
        self._hmp(f"hostfwd_add {nic}-net tcp:127.0.0.1:{own}-:{port}")
        return own

    def set_link(self, up, nic="nic0"):
        """Plug a NIC's cable in or out."""
        self.qmp.cmd("set_link", name=nic, up=up)

    def device_add(self, device, bus):
        """Plug a Nic into a root port, such as "port0". QEMU's GPUs cannot be plugged."""
        device.bus = bus
        device.id = device.id or f"hot-{bus}"
        self._connect(device)
        self._hmp("netdev_add " + device.netdev())
        arguments = {key: value for key, value in device.properties().items()
                     if value is not None}
        self.qmp.raw("device_add", {"driver": device.driver, **arguments})
        self.nics.append(device)
        return device

    def device_del(self, device, timeout=30):
        """Unplug a Nic and wait until the guest has let it go."""
        self.qmp.cmd("device_del", id=device.id)
        self.qmp.wait_event("DEVICE_DELETED", timeout,
                            lambda data: data.get("device") == device.id)
        self.qmp.cmd("netdev_del", id=f"{device.id}-net")
        self.nics.remove(device)

    # The whole machine

    def reset(self, timeout=None):
        """Push the reset button and wait until the guest is up again."""
        self.qmp.cmd("system_reset")
        self.qmp.wait_event("RESET")
        self.guest.wait_ready(timeout or self.timeout)
        self._settle()

    def pause(self):
        """Stop the guest's processors."""
        self.qmp.cmd("stop")

    def resume(self):
        """Let the guest's processors go on."""
        self.qmp.cmd("cont")

    def savevm(self, tag="lab"):
        """Save the whole machine; the VM needs snapshots=True."""
        self._hmp(f"savevm {tag}")

    def loadvm(self, tag="lab"):
        """Bring the machine back to what savevm() saved."""
        self._hmp(f"loadvm {tag}")
        self.guest.wait_ready(self.timeout)

    def _hmp(self, line):
        said = self.qmp.cmd("human-monitor-command", command_line=line, timeout=120)
        if said.strip():
            raise LabError(f"{line}: {said.strip()}")

    def migrate(self, target, timeout=120):
        """Move the guest into @target, a VM like this one made with incoming=True."""
        uri = f"unix:{target.dir}/migration"
        target.qmp.cmd("migrate-incoming", uri=uri)
        self.qmp.cmd("migrate", uri=uri)
        end = time.monotonic() + timeout
        while True:
            state = self.qmp.cmd("query-migrate")
            if state.get("status") == "completed":
                break
            if state.get("status") in ("failed", "cancelled"):
                raise LabError(f"migration {state['status']}: {state.get('error-desc', '')}")
            if time.monotonic() > end:
                raise LabError(f"migration did not end within {timeout} s")
            self.alive()
            time.sleep(0.1)
        target.guest.wait_ready(self.timeout)

    def close(self):
        """End the guest and leave nothing of it behind, but the log if wanted."""
        for part in (self.qmp, self.guest, self.heads):
            if part:
                part.close()
        for process in (self.process, self.xvfb):
            if process:
                stop(process)
        if self.own_network:
            self.own_network.close()
            self.network = None
        if self.dir:
            self.console.keep()
            if self.log and self.console.path.is_file():
                shutil.copy(self.console.path, self.log)
            shutil.rmtree(self.dir, ignore_errors=True)
        self.qmp = self.guest = self.heads = self.process = self.xvfb = None
        self.own_network = self.dir = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()


def version(vmm="system"):
    """QEMU's version, such as "7.2.22"."""
    argv = ["qemu-system-x86_64", "--version"]
    text = folder.Folder().run(argv) if vmm == "newest" else run(argv)
    return re.search(r"version (\S+)", text)[1]
