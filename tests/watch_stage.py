"""What the tests of the watcher share: a watcher with a short debounce, and what it told."""

from queue import Empty, Queue

from tray.engine.watch import Watcher

SOON = 5.0  # seconds: a bound that a failing test runs into, never a good one


class Reports:
    """A watcher with a short debounce, and what it told."""

    def __init__(self, **more):
        self.queue = Queue()
        self.watcher = Watcher(self.queue.put, **{"debounce": 0.02, "mounts": lambda: "", **more})

    def next(self):
        return self.queue.get(timeout=SOON)

    def until(self, group):
        while group not in self.next():
            pass

    def drain(self):
        while True:
            try:
                self.queue.get(timeout=0.15)
            except Empty:
                return


def append(path, text="x"):
    with path.open("a") as file:
        file.write(text)
