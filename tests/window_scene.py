"""Pages under a pointer and a keyboard, without a toolkit: what the tests of `Hands` press and see."""

from types import SimpleNamespace

from tests.window_stage import Stage, look
from tray.views.window.hands import Hands

HEIGHT = 560  # of the body's own window


class Canvas:
    """A canvas that only scrolls."""

    def __init__(self):
        self.bound, self.height, self.y = {}, HEIGHT, 0.0

    def bind(self, name, do):
        self.bound[name] = do

    def configure(self, **_):
        pass

    def winfo_height(self):
        return self.height

    def canvasy(self, y):
        return self.y + y

    def yview_moveto(self, part):
        self.y = min(max(part * self.whole, 0), max(self.whole - self.height, 0))


class Surface:
    """Finds the place under the pointer as the real one does."""

    def __init__(self):
        self.canvas, self.entry, self.part = Canvas(), None, None

    def top(self, y):
        return y + int(self.canvas.canvasy(0))

    def at(self, x, y):
        top = self.top(y)
        under = [h for h in self.part.hots if h.x <= x < h.x + h.width and h.y <= top < h.y + h.height]
        return next((h for h in reversed(under) if h.stop), under[-1] if under else None)


class Root:
    def __init__(self):
        self.bound = {}
        self.tk = SimpleNamespace(call=lambda *_: "x11")

    def bind(self, name, do):
        self.bound[name] = do

    def after(self, *_):
        return "timer"

    def after_cancel(self, _):
        pass

    def focus_get(self):
        return None


class Scene:
    """A visit at a page, its demo figures answered, with the hands on it."""

    def __init__(self, page, *, answered=True):
        self.stage = Stage(tab=page)
        if answered and page != "usage":
            self.stage.asker.answer()
        self.root, self.surfaces = Root(), [Surface() for _ in range(3)]
        self.hands = Hands(self.root, *self.surfaces, self.press, self.paint)
        self.stage.desk.refresh = self.paint
        self.kind, self.pressed = None, []
        self.paint()

    def press(self, action):
        self.pressed.append(action)
        self.stage.visit.press(action)

    def paint(self):
        turned, self.kind = self.stage.visit.kind != self.kind, self.stage.visit.kind
        for _ in range(2):
            hands = self.hands
            self.page = self.stage.visit.page(
                look(focus=hands.focus, pointed=hands.pointed, held=hands.held), 0.0
            )
            for surface, part in zip(
                self.surfaces, (self.page.head, self.page.body, self.page.foot), strict=True
            ):
                surface.part, surface.canvas.whole = part, part.height
            if not hands.turn(self.page, turned=turned):
                break
            turned = False

    def key(self, *names):
        for name in names:
            self.root.bound[f"<{name}>"](SimpleNamespace(widget=None))
        return self.hands.focus

    def point(self, x, y, event="Motion"):
        self.surfaces[1].canvas.bound[f"<{event}>"](SimpleNamespace(x=x, y=y))

    def hot(self, action):
        return next(hot for hot in self.page.body.hots if hot.action == action)
