"""Whatever the main thread waits in, a signal ends the program."""

import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals between processes are Unix's")
SOON = 15.0  # seconds: a bound that a failing test runs into, never a good one

# As when the signal comes just before the wait: nothing interrupts the main thread.
DEAF = """
import signal, threading
from tray.signals import on_signals
done = threading.Event()
on_signals(done.set)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
print("waits", flush=True)
done.wait()
print("ended", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", None)])
def test_a_signal_that_does_not_wake_the_main_thread_is_heard(number):
    command = [sys.executable, "-c", DEAF]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout.readline() == "waits\n"
        started.send_signal(number)
        try:
            said, _ = started.communicate(timeout=SOON)
        finally:
            started.kill()
    assert said == "ended\n"
    assert started.returncode == 0
