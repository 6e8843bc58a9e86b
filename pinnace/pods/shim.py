"""Stand between one container and the disk, so that the container outlives the control plane.

Run by `pinnace.pods.launching` as ``python -I -S shim.py ATTEMPT_DIRECTORY``; imports nothing of
pinnace and only modules that load in a millisecond (no json, no subprocess). It

* takes a lock on ``lock`` for as long as it lives: the proof that this attempt is running, and the
  reason that an attempt can never be started twice, whoever asks and whenever they were killed;
* reads ``spec`` (NUL-separated ``key=value`` fields, see `launching.write_spec`), leaves the
  session of its parent, starts the runtime's command, and answers on stdout with one line;
* writes what the container says to ``log`` in the CRI format (one append per chunk);
* writes ``state.json`` when the container runs and ``exit.json`` (atomically) when it has ended;
* passes SIGTERM on to the container's main process, and on SIGUSR1 kills all of the container.

Comes from: the idea of containerd's runtime v2 shims. Goes to: files in the attempt directory.
"""

import fcntl
import os
import select
import signal
import sys
import time

CHUNK = 65536
LONGEST_LINE = 16384  # as containerd's CRI logger: longer lines are split into P entries
TAIL = 2048  # of stderr, kept for the message of a container that could not start
STRAGGLERS = 2.0  # seconds that left-over writers keep the pipes after the main process ended


def stamp(nanoseconds: int) -> str:
    """RFC 3339 with nanoseconds, in UTC."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest:09d}Z"


def quote(text: str) -> str:
    """A JSON string (the json module would double this program's start time)."""
    out = []
    for char in text:
        if char in '"\\' or not " " <= char <= "~":
            units = char.encode("utf-16-be", "surrogatepass")
            out += [f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2)]
        else:
            out.append(char)
    return '"' + "".join(out) + '"'


def write_json(name: str, fields: "dict[str, int | str]", *, durable: bool) -> None:
    """Write a flat JSON object to ``name`` so that a reader sees all of it or nothing."""
    pairs = (f"{quote(k)}: {quote(v) if isinstance(v, str) else v}" for k, v in fields.items())
    descriptor = os.open(name + ".tmp", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(descriptor, ("{" + ", ".join(pairs) + "}\n").encode())
    if durable:
        os.fsync(descriptor)
    os.close(descriptor)
    os.rename(name + ".tmp", name)


def read_text(path: str) -> str:
    """The whole of a small file."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def started_ticks(pid: int) -> int:
    """When a process started, in clock ticks since boot: with its pid, its identity."""
    try:
        return int(read_text(f"/proc/{pid}/stat").rpartition(")")[2].split()[19])
    except (OSError, IndexError, ValueError):
        return 0


def boot_id() -> str:
    """The identity of this boot of the machine, where the system tells one."""
    try:
        return read_text("/proc/sys/kernel/random/boot_id").strip()
    except OSError:
        return ""


class Spec:
    """What to run: the fields of the ``spec`` file."""

    def __init__(self, path: str) -> None:
        fields: dict[str, list[str]] = {}
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            for field in file.read().split("\0"):
                key, _, value = field.partition("=")
                fields.setdefault(key, []).append(value)
        self.command = fields.get("arg", [])
        self.options = fields.get("option", [])  # of bwrap; none: run without a sandbox
        self.bwrap = fields.get("bwrap", [""])[0]
        self.directory = fields.get("cwd", ["/"])[0]
        self.environment = dict(e.partition("=")[::2] for e in fields.get("env", []))


class Log:
    """One stream of the container, cut into CRI log entries."""

    def __init__(self, descriptor: int, stream: str) -> None:
        self.descriptor = descriptor
        self.stream = stream
        self.pending = b""
        self.tail = b""
        self.lost = ""

    def feed(self, data: bytes) -> None:
        """Log the full lines of ``data``; keep the rest for later."""
        self.tail = (self.tail + data)[-TAIL:]
        *lines, self.pending = (self.pending + data).split(b"\n")
        entries: list[bytes] = []
        for line in lines:
            while len(line) > LONGEST_LINE:
                entries.append(self._entry("P", line[:LONGEST_LINE]))
                line = line[LONGEST_LINE:]
            entries.append(self._entry("F", line))
        while len(self.pending) > LONGEST_LINE:
            entries.append(self._entry("P", self.pending[:LONGEST_LINE]))
            self.pending = self.pending[LONGEST_LINE:]
        self._write(b"".join(entries))

    def finish(self) -> None:
        """Log an unfinished last line as partial, so that a reader gets exactly what was said."""
        if self.pending:
            self._write(self._entry("P", self.pending))
            self.pending = b""

    def _entry(self, tag: str, line: bytes) -> bytes:
        return f"{stamp(time.time_ns())} {self.stream} {tag} ".encode() + line + b"\n"

    def _write(self, data: bytes) -> None:
        try:
            while data:
                data = data[os.write(self.descriptor, data) :]
        except OSError as error:  # a full disk must not end the container; exit.json tells of it
            self.lost = f"part of the {self.stream} log is lost: {error.strerror}"


class Container:
    """The running command: its pids, and how to end it."""

    def __init__(self, spec: Spec) -> None:
        self.sandboxed = bool(spec.options)
        self.out, out_end = os.pipe()
        self.err, err_end = os.pipe()
        self.status, status_end = os.pipe()
        self.report = ""
        self.killed = False
        self.terminated = self.owes_term = False
        self.init = 0
        self.init_descriptor = -1
        null = os.open("/dev/null", os.O_RDONLY)
        actions = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, out_end, 1)]
        actions.append((os.POSIX_SPAWN_DUP2, err_end, 2))
        argv = list(spec.command)
        if self.sandboxed:
            argv = self._bwrap(spec, status_end)
        here = os.getcwd()
        os.chdir(spec.directory)
        defaults = [signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP, signal.SIGINT, signal.SIGPIPE]
        try:
            self.pid = os.posix_spawn(
                argv[0],
                argv,
                spec.environment,
                file_actions=actions,
                setsid=True,
                setsigdef=defaults,
            )
        finally:
            os.chdir(here)
        for descriptor in (null, out_end, err_end, status_end):
            os.close(descriptor)

    @staticmethod
    def _bwrap(spec: Spec, status_end: int) -> "list[str]":
        """The bwrap command line; its options go through a memory file, out of sight of ``ps``."""
        options = os.memfd_create("options", 0)
        os.write(options, "".join(o + "\0" for o in spec.options).encode(errors="surrogateescape"))
        os.lseek(options, 0, os.SEEK_SET)
        os.set_inheritable(status_end, True)
        flags = ["--args", str(options), "--json-status-fd", str(status_end), "--"]
        return [spec.bwrap, *flags, *spec.command]

    def await_start(self) -> None:
        """Learn the pid of the sandbox's init (bwrap tells it once the namespaces exist)."""
        if not self.sandboxed:
            self.init = self.pid
        while self.sandboxed and "}" not in self.report:
            data = os.read(self.status, 4096)
            if not data:
                return
            self.report += data.decode()
        if self.sandboxed:
            self.init = self._reported("child-pid") or 0
        try:
            self.init_descriptor = os.pidfd_open(self.init)
        except (OSError, AttributeError):  # it has ended already, or there are no pidfds here
            self.init_descriptor = -1

    def _reported(self, key: str) -> "int | None":
        _, found, rest = self.report.partition(f'"{key}":')
        digits = rest.strip().partition(",")[0].partition("}")[0].strip()
        return int(digits) if found and digits.isdigit() else None

    def terminate(self) -> None:
        """SIGTERM to the main process: in a sandbox the child of the namespace's init.

        It may not have been forked yet; then `owes_term` says that this is to be tried again.
        """
        mains = self._mains()
        self.terminated, self.owes_term = bool(mains), not mains
        for pid in mains:
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                continue

    def _mains(self) -> "list[int]":
        if not self.sandboxed:
            return [self.pid]
        try:
            return [
                int(p) for p in read_text(f"/proc/{self.init}/task/{self.init}/children").split()
            ]
        except OSError:  # the kernel lacks this file, or init is gone
            return [
                p for p in map(int, filter(str.isdigit, os.listdir("/proc"))) if self._is_main(p)
            ]

    def _is_main(self, pid: int) -> bool:
        try:
            return int(read_text(f"/proc/{pid}/stat").rpartition(")")[2].split()[1]) == self.init
        except (OSError, IndexError, ValueError):
            return False

    def kill(self) -> None:
        """SIGKILL to everything in the container."""
        self.killed = True
        try:
            if not self.sandboxed:
                os.killpg(self.pid, signal.SIGKILL)
            elif self.init_descriptor >= 0:
                signal.pidfd_send_signal(self.init_descriptor, signal.SIGKILL)
            else:
                os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def ended(self) -> "int | None":
        """The wait status, once the main process has ended."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return None
        if not self.sandboxed:  # without a namespace, children can stay behind
            killed = self.killed
            self.kill()
            self.killed = killed
        return status

    def outcome(self, wait_status: int, errors: bytes) -> "dict[str, int | str]":
        """Exit code, signal and reason from the wait status and from bwrap's own report."""
        while self.sandboxed and (data := os.read(self.status, 4096)):
            self.report += data.decode()
        code = os.waitstatus_to_exitcode(wait_status)
        if self.killed:
            return {"code": 137, "signal": 9, "reason": "Error", "message": ""}
        if self.sandboxed and code >= 0 and self._reported("exit-code") is None:
            if self.terminated and code == 128 + signal.SIGTERM:  # before bwrap was out of the way
                return {"code": code, "signal": 0, "reason": "Error", "message": ""}
            message = errors.decode(errors="replace").strip().rpartition("\n")[2]
            missing = "No such file" in message and "execvp" in message
            code = 127 if missing else 128
            return {"code": code, "signal": 0, "reason": "StartError", "message": message}
        signalled = -code if code < 0 else 0
        code = 128 + signalled if signalled else code
        reason = "Error" if code else "Completed"
        return {"code": code, "signal": signalled, "reason": reason, "message": ""}


def attend(container: Container, logs: "dict[int, Log]", wakeup: int) -> int:
    """Copy output and pass signals on until the container has ended; return its wait status."""
    poller = select.poll()
    for descriptor in (*logs, wakeup):
        poller.register(descriptor, select.POLLIN)
    status, deadline, open_streams = None, 0.0, set(logs)
    while status is None or (open_streams and time.monotonic() < deadline):
        if container.owes_term:
            container.terminate()
        waiting = status is None and not container.owes_term
        for descriptor, _ in poller.poll(None if waiting else 20):
            if descriptor == wakeup:
                obey(container, os.read(wakeup, 64))
            elif data := os.read(descriptor, CHUNK):
                logs[descriptor].feed(data)
            else:
                poller.unregister(descriptor)
                open_streams.discard(descriptor)
        if status is None and (status := container.ended()) is not None:
            deadline = time.monotonic() + STRAGGLERS
    for log in logs.values():
        log.finish()
    return status


def obey(container: Container, signals: bytes) -> None:
    """Act on signals that arrived (SIGCHLD only wakes the loop)."""
    if signal.SIGTERM in signals:
        container.terminate()
    if signal.SIGUSR1 in signals:
        container.kill()


def watch_signals() -> int:
    """Turn signals into bytes on a pipe; returns its reading end."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_IGN)
    return reading


def answer(text: str) -> None:
    """Tell the one who started this program, then let go of its pipe."""
    try:
        os.write(1, (text + "\n").encode())
    except BrokenPipeError:
        os.close(1)  # it was killed meanwhile; the container goes on
    sink = os.open("shim.err", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    os.close(sink)


def record(result: "dict[str, int | str]") -> None:
    """Write how the container ended; while the disk is full, wait: the lock says it isn't over."""
    while True:
        try:
            write_json("exit.json", result, durable=True)
        except FileNotFoundError:  # the Pod is gone, and its folder with it
            return
        except OSError:
            time.sleep(1)
        else:
            return


def supervise(wakeup: int) -> None:
    """Start the container, tell of it, stay till it ends, and write down how it ended."""
    spec, begun = Spec("spec"), stamp(time.time_ns())
    sink = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        container = Container(spec)
    except OSError as error:
        code = 127 if isinstance(error, FileNotFoundError) else 128
        message = str(error)
        result: dict[str, int | str] = {"code": code, "signal": 0, "reason": "StartError"}
        result |= {"message": message, "startedAt": begun, "finishedAt": stamp(time.time_ns())}
        record(result)
        answer("failed")
        return
    container.await_start()
    me = os.getpid()
    state: dict[str, int | str] = {"shim": me, "shimStarted": started_ticks(me)}
    state |= {"init": container.init, "initStarted": started_ticks(container.init)}
    state |= {"boot": boot_id(), "startedAt": begun}
    write_json("state.json", state, durable=False)
    answer("running")
    logs = {container.out: Log(sink, "stdout"), container.err: Log(sink, "stderr")}
    status = attend(container, logs, wakeup)
    result = container.outcome(status, logs[container.err].tail)
    lost = next((log.lost for log in logs.values() if log.lost), "")
    result |= {"message": result["message"] or lost}
    write_json(
        "exit.json",
        result | {"startedAt": begun, "finishedAt": stamp(time.time_ns())},
        durable=True,
    )


def main(directory: str) -> int:
    """Take the lock, leave the parent's session, and supervise."""
    os.chdir(directory)
    lock = os.open("lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.write(1, b"already\n")
        return 0
    if os.path.exists("state.json") or os.path.exists("exit.json"):
        os.write(1, b"already\n")
        return 0
    if os.fork():
        os._exit(0)
    os.setsid()
    supervise(watch_signals())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
