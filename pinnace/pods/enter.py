"""Run one more program in a container that runs already: what ``kubectl exec`` asks for.

Run by `pinnace.pods.exec` as ``python -I -S enter.py CONTROL REQUEST`` (two file descriptors);
imports nothing of pinnace. The request has NUL-separated ``key=value`` fields. It

* joins the namespaces of the container's init, all in one call (without a request's ``pid`` there
  are none: the process runtime);
* makes a terminal from the container's own /dev if one is asked for, and hands its master over;
* starts the program with the capabilities that the container's own program has, no more;
* says on CONTROL ``ready``, or ``failed`` and why; ends with the program's exit code;
* kills the program when CONTROL is closed on the other end, or when the container ends.
"""

import array
import contextlib
import ctypes
import errno
import fcntl
import os
import select
import signal
import socket
import struct
import sys
import termios

_NAMESPACES = 0x10000000 | 0x00020000 | 0x20000000 | 0x08000000 | 0x04000000 | 0x02000000
# user, mount, pid, ipc, uts, cgroup: CLONE_NEW… of linux/sched.h
# of linux/prctl.h
_DUMPABLE, _DROP_BOUNDING, _NO_NEW_PRIVILEGES, _AMBIENT, _RAISE = 4, 24, 38, 47, 2
_CAPABILITY_VERSION = 0x20080522
_LAST_CAPABILITY = 63

_libc = ctypes.CDLL(None, use_errno=True)


class Request:
    """What to run, and where."""

    def __init__(self, descriptor: int) -> None:
        with open(descriptor, encoding="utf-8", errors="surrogateescape") as file:
            fields: dict[str, list[str]] = {}
            for field in file.read().split("\0"):
                key, _, value = field.partition("=")
                fields.setdefault(key, []).append(value)
        self.command = fields["arg"]
        self.environment = dict(e.partition("=")[::2] for e in fields.get("env", []))
        self.directory = fields["cwd"][0]
        self.terminal = fields["tty"][0] == "1"
        self.sandboxed = fields["sandboxed"][0] == "1"
        self.init = int(fields["init"][0])
        self.started = int(fields["started"][0])


def call(name: str, *arguments: "int | object") -> None:
    """Call a function of libc; raises OSError when it fails."""
    if getattr(_libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def started_ticks(pid: int) -> int:
    """When a process started, in clock ticks since boot: with its pid, its identity."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[19])
    except (OSError, IndexError, ValueError):
        return 0


def container_main(init: int) -> int:
    """The container's own program: the first child of its init, or that."""
    try:
        with open(f"/proc/{init}/task/{init}/children", encoding="ascii") as file:
            return int(file.read().split()[0])
    except (OSError, IndexError):  # the kernel lacks this file
        return init


def capabilities(pid: int) -> "dict[str, int]":
    """The capability sets of a process, as masks: Inh, Prm, Eff, Bnd, Amb."""
    found = {}
    with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("Cap"):
                found[line[3:6]] = int(line.split()[1], 16)
    return found


def confine(sets: "dict[str, int]") -> None:
    """Give up every capability that the container's own program does not have."""
    for number in range(_LAST_CAPABILITY + 1):
        if not sets["Bnd"] >> number & 1 and _libc.prctl(_DROP_BOUNDING, number, 0, 0, 0) != 0:
            break  # past the last capability of this kernel
    words = [mask >> shift & 0xFFFFFFFF for shift in (0, 32)
             for mask in (sets["Prm"], sets["Prm"], sets["Inh"])]  # fmt: skip
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION, 0))
    call("capset", header, ctypes.create_string_buffer(struct.pack("=6I", *words)))
    for number in range(_LAST_CAPABILITY + 1):
        if sets.get("Amb", 0) >> number & 1:
            call("prctl", _AMBIENT, _RAISE, number, 0, 0)
    call("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def become(request: Request, slave: int, sets: "dict[str, int]") -> None:
    """Turn this (forked) process into the program; returns only by raising OSError."""
    os.setsid()
    if slave >= 0:
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for descriptor in (0, 1, 2):
            os.dup2(slave, descriptor)
    try:
        os.chdir(request.directory)
    except OSError as error:
        raise OSError(0, f"chdir to {request.directory} failed: {error.strerror}") from error
    if sets:
        confine(sets)
    for number in (signal.SIGPIPE, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    os.execvpe(request.command[0], request.command, request.environment)


def explain(error: OSError, program: str) -> str:
    """Word a failed start as runc does."""
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR if "/" not in program:
            return f'exec: "{program}": executable file not found in $PATH'
        case errno.ENOENT | errno.ENOTDIR:
            return f'exec: "{program}": stat {program}: no such file or directory'
        case errno.EACCES:
            return f'exec: "{program}": permission denied'
    return f'exec: "{program}": {error.strerror}'


def start(request: Request, container: int) -> "tuple[int, int, str]":
    """Start the program; its pid, the terminal's master (or -1), and why it did not start.

    ``container`` is a pidfd of the container's init.
    """
    if started_ticks(request.init) != request.started:
        return 0, -1, "the container has ended"
    sets: dict[str, int] = {}
    if request.sandboxed:
        sets = capabilities(container_main(request.init))
        call("setns", container, _NAMESPACES)
    master, slave = os.openpty() if request.terminal else (-1, -1)
    told, telling = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            become(request, slave, sets)
        except OSError as error:
            os.write(telling, explain(error, request.command[0]).encode(errors="replace"))
        os._exit(127)
    os.close(telling)
    if slave >= 0:
        os.close(slave)
    problem = b"".join(iter(lambda: os.read(told, 4096), b"")).decode(errors="replace")
    return pid, master, problem


def attend(control: int, container: int, pid: int) -> int:
    """Wait for the program's end, ending it when nobody wants it any more; its exit code."""
    poller, child = select.poll(), os.pidfd_open(pid)
    for descriptor in (control, container, child):
        poller.register(descriptor, select.POLLIN)
    while child not in (ready := [descriptor for descriptor, _ in poller.poll()]):
        for descriptor in ready:  # the control plane let go, or the container ended
            poller.unregister(descriptor)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code if code >= 0 else 128 - code


def main() -> int:
    """Enter, start, tell, wait."""
    _libc.prctl(_DUMPABLE, 0, 0, 0, 0)  # no program of the container may look into this one
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    request = Request(int(sys.argv[2]))
    try:
        container = os.pidfd_open(request.init)
        pid, master, problem = start(request, container)
    except OSError as error:
        control.sendall(f"failed can't enter the container: {error}".encode(errors="replace"))
        return 126
    if problem:
        control.sendall(f"failed {problem}".encode(errors="replace"))
        return 127
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [master]))]
    control.sendmsg([b"ready"], rights if master >= 0 else [])
    null = os.open("/dev/null", os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)  # the program alone holds the pipes from here on
    return attend(control.fileno(), container, pid)


if __name__ == "__main__":
    sys.exit(main())
