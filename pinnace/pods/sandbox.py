"""The sandbox runtime: bubblewrap, with the host's programs and nothing else of the host.

A container gets its own mount, pid, user, ipc, uts and cgroup namespaces on the host's network. Its
root is a folder on disk (so what it writes can be collected after it ended), on which an allow-list
of host paths is mounted read-only: programs and libraries, a few files of /etc, this Python. What
is not on the list does not exist in there: no home folders, no state folder, no other Pods.

Inside it is root (or ``runAsUser``) in its own user namespace, with the capabilities that Docker
gives less those that could undo a mount; a remount of a read-only path is refused by the kernel.
"""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from pinnace.pods.containers import ContainerPlan, Image, Launch, Mount, StartFailed
from pinnace.pods.runtime import (
    RuntimeReport,
    bwrap_path,
    find_program,
    search_path,
)
from pinnace.pods.view import View

#: Where our own programs for an image appear in the container.
PROGRAMS = "/opt/pinnace/bin"
_SYSTEM = ("/usr", "/nix/store", "/sys/devices/system/cpu")
_MERGED = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")  # links on merged-usr systems
_ETC = (
    "alternatives", "bash.bashrc", "ca-certificates", "ca-certificates.conf", "debian_version",
    "fonts", "gai.conf", "group", "host.conf", "inputrc", "java-17-openjdk", "java-21-openjdk",
    "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "locale.alias", "localtime", "magic",
    "mime.types", "nsswitch.conf", "os-release", "passwd", "perl", "pki/ca-trust", "pki/tls/certs",
    "profile", "protocols", "resolv.conf", "services", "ssl/certs", "ssl/openssl.cnf", "terminfo",
    "timezone",
)  # fmt: skip
_FOLDERS = {
    "etc": 0o755, "home": 0o755, "mnt": 0o755, "opt": 0o755, "proc": 0o755, "dev": 0o755,
    "root": 0o700, "run": 0o755, "srv": 0o755, "sys": 0o755, "tmp": 0o1777, "usr": 0o755,
    "var": 0o755, "var/cache": 0o755, "var/lib": 0o755, "var/log": 0o755, "var/tmp": 0o1777,
}  # fmt: skip
_LINKS = {"var/run": "../run", "var/lock": "../run/lock"}
_CAPABILITIES = (
    "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE", "NET_RAW", "SETFCAP",
    "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
)  # fmt: skip
# Parts of /proc that speak to the whole machine, as Docker treats them. (bwrap itself covers some
# of them, but not where it runs as root: then /proc/sys stays writable.)
_PROC_READ_ONLY = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")
_PROC_HIDDEN = (
    "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/kmsg", "/proc/latency_stats",
    "/proc/sched_debug", "/proc/scsi", "/proc/timer_list",
)  # fmt: skip
_NAMESPACES = (
    "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
)  # fmt: skip


class Sandbox:
    """Runs containers under bubblewrap; ``hosts`` is the hosts file that all of them share."""

    name = "sandbox"

    def __init__(self, hosts: Path) -> None:
        self._hosts = hosts
        self._bwrap = bwrap_path() or "bwrap"
        self._host_mounts = tuple(_host_mounts(hosts))

    def probe(self) -> RuntimeReport:
        """Start a program in all the namespaces, as a container would."""
        if bwrap_path() is None:
            reason = "bubblewrap is not installed (Debian and Ubuntu: apt install bubblewrap)"
            return RuntimeReport(name=self.name, works=False, reason=reason)
        command = [self._bwrap, *_NAMESPACES, "--ro-bind", "/", "/", *_kernel(), *_capabilities()]
        command += ["--", "/bin/sh", "-c", "exit 0"]
        try:
            tried = subprocess.run(command, capture_output=True, timeout=20, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return RuntimeReport(name=self.name, works=False, reason=f"{self._bwrap}: {error}")
        reason = tried.stderr.decode(errors="replace").strip()
        return RuntimeReport(name=self.name, works=tried.returncode == 0, reason=reason)

    def view(self, rootfs: Path, image: Image, mounts: Iterable[Mount]) -> View:
        """Return the container's file system as seen from the host."""
        _skeleton(rootfs, image)
        return View(rootfs, (*self._shown(image), *mounts))

    def prepare(self, plan: ContainerPlan) -> Launch:
        """Make the root on disk and the bwrap options."""
        _skeleton(plan.rootfs, plan.image)
        plan.termination_log.touch()
        termination = Mount(target=plan.termination_path, source=plan.termination_log)
        shown = self._shown(plan.image)
        view = View(plan.rootfs, (*shown, *plan.mounts))
        environment = _environment(plan)
        find_program(plan, view, environment["PATH"])
        view.host(plan.directory).mkdir(parents=True, exist_ok=True)
        options = [*_NAMESPACES, "--die-with-parent", "--hostname", plan.hostname[:63]]
        options += ["--uid", str(plan.user), "--gid", str(plan.group), *_capabilities()]
        options += ["--bind", str(plan.rootfs), "/"]
        options += _binds(view, shown)
        options += [*_kernel(), *_binds(view, (*plan.mounts, termination))]
        options += ["--remount-ro", "/"] if plan.read_only_root else []
        options += ["--chdir", plan.directory]
        return Launch(
            command=plan.command,
            environment=environment,
            directory="/",
            bwrap=self._bwrap,
            options=tuple(options),
        )

    def _shown(self, image: Image) -> tuple[Mount, ...]:
        """The host paths that a container of this image sees."""
        common = self._host_mounts
        if image.rootfs is not None:  # it brings its own programs; only names are the host's
            common = tuple(m for m in common if m.target in ("/etc/hosts", "/etc/resolv.conf"))
            shown: tuple[Path, ...] = ()
        else:
            shown = tuple(folder for folder in image.shown if folder.exists())
        own = [Mount(target=str(folder), source=folder, read_only=True) for folder in shown]
        if image.programs is not None:
            own.append(Mount(target=PROGRAMS, source=image.programs, read_only=True))
        return (*common, *own, *image.folders)


def _host_mounts(hosts: Path) -> Iterator[Mount]:
    folders = [*_SYSTEM, *(name for name in _MERGED if not os.path.islink(name))]
    sources = {name: name for name in folders} | {f"/etc/{name}": f"/etc/{name}" for name in _ETC}
    for target, source in sources.items():
        if os.path.exists(source):
            yield Mount(target=target, source=Path(os.path.realpath(source)), read_only=True)
    yield Mount(target="/etc/hosts", source=hosts, read_only=True)


def _binds(view: View, mounts: Iterable[Mount]) -> Iterator[str]:
    """Mount each where its target really is: bwrap must not follow links that a container made."""
    for mount in mounts:
        flag = "--ro-bind" if mount.read_only else "--bind"
        yield from (flag, str(mount.source), view.canonical(mount.target))


def _kernel() -> Iterator[str]:
    """A /proc and a /dev of the container's own."""
    yield from ("--proc", "/proc", "--dev", "/dev")
    for path in filter(os.path.exists, _PROC_READ_ONLY):
        yield from ("--ro-bind", path, path)
    for path in filter(os.path.exists, _PROC_HIDDEN):
        hide = ("--tmpfs", path) if os.path.isdir(path) else ("--ro-bind", "/dev/null", path)
        yield from hide


def _capabilities() -> Iterator[str]:
    yield from ("--cap-drop", "ALL")
    for name in _CAPABILITIES:
        yield from ("--cap-add", f"CAP_{name}")


def _environment(plan: ContainerPlan) -> dict[str, str]:
    """The container's variables; our programs come first on PATH, this Python's folder last."""
    given = {"HOME": "/root", "HOSTNAME": plan.hostname, **plan.environment}
    first = [PROGRAMS] if plan.image.programs is not None else []
    last = [] if plan.image.rootfs is not None else [str(Path(sys.executable).parent)]
    path = ":".join([*first, *plan.image.path, search_path(given, last=last)])
    return {**given, "PATH": path}


def _skeleton(rootfs: Path, image: Image) -> None:
    """Make a container's root, whole or not at all: a builtin may ask for it at the same time."""
    if rootfs.exists():
        return
    fresh = rootfs.with_name(f"{rootfs.name}.{threading.get_ident()}")
    shutil.rmtree(fresh, ignore_errors=True)  # of a control plane that was killed here
    fresh.parent.mkdir(parents=True, exist_ok=True)
    if image.rootfs is not None:
        _copy(image.rootfs, fresh, image.name)
    else:
        _make(fresh)
    try:
        fresh.rename(rootfs)
    except OSError:
        if not rootfs.exists():
            raise
        shutil.rmtree(fresh)  # another thread was faster


def _copy(source: Path, target: Path, image: str) -> None:
    command = ["cp", "-a", "--reflink=auto", str(source), str(target)]
    copied = subprocess.run(command, capture_output=True, check=False)
    if copied.returncode:
        shutil.rmtree(target, ignore_errors=True)
        problem = copied.stderr.decode(errors="replace").strip()
        raise StartFailed(f'image "{image}": its rootfs can\'t be copied: {problem}')


def _make(root: Path) -> None:
    """Make the folders and links that a Linux root has."""
    root.mkdir()
    for name in filter(os.path.islink, _MERGED):
        (root / name.lstrip("/")).symlink_to(os.readlink(name))
    for name, mode in _FOLDERS.items():
        (root / name).mkdir(parents=True, exist_ok=True)
        (root / name).chmod(mode)
    for link, target in _LINKS.items():
        (root / link).symlink_to(target)
