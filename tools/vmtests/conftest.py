# SPDX-License-Identifier: GPL-2.0-only
"""How the VM tests are run: which kernels, which modules, whose guest."""

import os
import pathlib
import sys

import pytest
from _pytest.runner import runtestprotocol

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import vmlib  # noqa: E402,F401 - finds the lab
from orion_lab import GuestCrash, LabError  # noqa: E402
from vmlib import rig as rigs  # noqa: E402

KERNELS = ["6.1", "6.12", "7.2"]

POOL = pytest.StashKey()
FAILED = pytest.StashKey()
ACCIDENT = pytest.StashKey()
COSTS = pytest.StashKey()


def pytest_addoption(parser):
    group = parser.getgroup("guests")
    group.addoption("--kernels", metavar="NAME,...",
                    default=os.environ.get("VM_KERNELS") or ",".join(KERNELS),
                    help="kernels to test (default: $VM_KERNELS or %(default)s)")
    group.addoption("--modules", choices=sorted(rigs.DRIVERS), default="ours",
                    help="whose drivers to test (default: %(default)s)")
    group.addoption("--long", action="store_true",
                    help="ten times the rounds where a test has rounds")
    group.addoption("--guest-logs", metavar="FOLDER",
                    help="keep the console's log of every guest in which a test failed")


def pytest_generate_tests(metafunc):
    if "kernel" in metafunc.fixturenames:
        names = metafunc.config.getoption("kernels").replace(",", " ").split()
        metafunc.parametrize("kernel", names, scope="session")


def _machine(item):
    marker = item.get_closest_marker("machine")
    return marker.args[0] if marker else ""


def _guest(item):
    """Kernel and machine of a test's guest."""
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("kernel", "") if callspec else "", _machine(item)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """All tests of a guest come one after the other, and in the same worker."""
    order = {}

    def place(item):
        kernel, machine = _guest(item)
        return tuple(order.setdefault(word, len(order))
                     for word in (f"kernel {kernel}", f"machine {machine}"))

    items.sort(key=place)
    for item in items:
        item.add_marker(pytest.mark.xdist_group("-".join(filter(None, _guest(item)))))


@pytest.fixture(scope="session")
def pool(pytestconfig):
    """The guest of the hour."""
    pool = rigs.Pool(pytestconfig.getoption("modules"))
    pytestconfig.stash[POOL] = pool
    yield pool
    pool.close()


def pytest_runtest_protocol(item, nextitem):
    """Run a test, and again, twice at most, if the guest died of QEMU; see Rig.died_patching()."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    for _ in range(2):
        if not item.stash.get(ACCIDENT, False):
            break
        item.config.stash[POOL].retries.append(item.name)
        item.stash[FAILED] = item.stash[ACCIDENT] = False
        item._initrequest()
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Let fixtures see whether the test itself failed."""
    report = (yield).get_result()
    if report.failed:
        item.stash[FAILED] = True


@pytest.fixture
def rig(request, kernel, pool):
    """The test's guest. Afterwards its kernel must have nothing to complain about."""
    try:
        rigs.kernel(kernel)
    except rigs.Unavailable as error:
        pytest.skip(str(error))
    for marker in request.node.iter_markers("needs"):
        if pool.tested not in marker.args:
            pytest.skip(f"not for the {pool.tested} modules")
    rig = pool.get(kernel, _machine(request.node))
    rig.mark(request.node.name)
    yield rig
    if rig.broken:
        # The test gave it up by itself.
        return
    allowed = [word for marker in request.node.iter_markers("kernel_says")
               for word in marker.args]
    try:
        rig.vm.alive()
        complaints = rig.complaints(allowed)
    except (GuestCrash, LabError) as error:
        rig.broken = True
        _keep_log(request, rig)
        request.node.stash[ACCIDENT] = rig.died_patching()
        pytest.fail(f"the guest did not survive the test: {error}", pytrace=False)
    if complaints or request.node.stash.get(FAILED, False):
        rig.broken = True
        _keep_log(request, rig)
    if complaints:
        pytest.fail("the guest's kernel complains:\n" + "\n".join(complaints), pytrace=False)


def _keep_log(request, rig):
    """Leave the guest's last words where somebody can read them."""
    folder = request.config.getoption("guest_logs")
    if not folder or not rig.vm.console:
        return
    path = pathlib.Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    try:
        text = rig.vm.out(["dmesg"])
    except LabError:
        text = rig.vm.console.text()
    (path / f"{request.node.name}.log").write_text(text, encoding="utf-8")


@pytest.fixture
def rounds(pytestconfig):
    """How often a test should repeat what is to hold each time."""
    return 1000 if pytestconfig.getoption("--long") else 100


@pytest.fixture
def vm(rig):
    """The virtual machine of the test's guest."""
    return rig.vm


def pytest_sessionfinish(session):
    """A worker tells what its guests cost."""
    pool = session.config.stash.get(POOL, None)
    if pool and hasattr(session.config, "workeroutput"):
        session.config.workeroutput["boots"] = pool.boots
        session.config.workeroutput["retries"] = pool.retries


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    """Sum up what the workers tell."""
    told = getattr(node, "workeroutput", {})
    boots, retries = node.config.stash.setdefault(COSTS, ([], []))
    boots += told.get("boots", [])
    retries += told.get("retries", [])


def pytest_terminal_summary(terminalreporter, config):
    """Say what booting cost."""
    pool = config.stash.get(POOL, None)
    boots, retries = (pool.boots, pool.retries) if pool else config.stash.get(COSTS, ([], []))
    if boots:
        terminalreporter.write_line(
            f"{len(boots)} guests took {sum(boot[2] for boot in boots):.0f} s to boot; "
            "repeated for QEMU's sake: " + (", ".join(retries) or "nothing"))
