# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the program in a real window through the accessibility bus, the keyboard and the mouse."""
import os
import pathlib
import signal
import subprocess
import time
import traceback

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

PROGRAM = os.environ["BOZGASHT_PROGRAM"]
PATIENCE = float(os.environ.get("BOZGASHT_PATIENCE", "20"))
SHOTS = os.environ.get("BOZGASHT_SHOTS")
BUTTONS = ("push button", "toggle button", "menu item", "check box", "radio button", "link", "tab")


class Missing(AssertionError):
    pass


def wait(question, what, patience=PATIENCE):
    """The first true answer, asked again and again: listeners are not reliable here."""
    deadline = time.monotonic() + patience
    while True:
        try:
            answer = question()
            if answer:
                return answer
        except gi.repository.GLib.Error:
            pass
        if time.monotonic() > deadline:
            raise Missing(f"waited {patience:.0f} s for {what}")
        time.sleep(0.1)


def walk(node, depth=0):
    """All that is showing below a node; hidden pages of a stack are passed over."""
    if node is None or depth > 60:
        return
    yield node
    try:
        count = min(node.get_child_count(), 400)
    except gi.repository.GLib.Error:
        return
    for index in range(count):
        try:
            child = node.get_child_at_index(index)
            if child is None:
                continue
            if not child.get_state_set().contains(Atspi.StateType.VISIBLE):
                continue
        except gi.repository.GLib.Error:
            continue
        yield from walk(child, depth + 1)


def text_of(node):
    try:
        text = node.get_text_iface()
        return Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text)) if text else ""
    except gi.repository.GLib.Error:
        return ""


class Window:
    """The running program. Names are those of the accessibility bus: labels and titles."""

    def __init__(self, *arguments, language="en", env=None):
        self.process = subprocess.Popen(
            [PROGRAM, *map(str, arguments)],
            env={**os.environ, "LANGUAGE": language, **(env or {})},
        )
        self.application = wait(self._find_application, "the program on the accessibility bus")
        # Whatever the bus remembers of a window may be stale under load; ask the program each time.
        self.application.set_cache_mask(Atspi.Cache.NONE)

    def _find_application(self):
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child is not None and child.get_process_id() == self.process.pid and child.get_child_count():
                return child
        return None

    def windows(self):
        """How many windows it has open; a dialog is one."""
        return self.application.get_child_count()

    def nodes(self):
        for index in range(self.application.get_child_count()):
            yield from walk(self.application.get_child_at_index(index))

    def texts(self):
        """Every word on the screen."""
        out = []
        for node in self.nodes():
            for text in {node.get_name() or "", text_of(node)}:
                if text.strip():
                    out.append(text.strip())
        return out

    def find(self, name, roles=None, nth=0):
        hits = [n for n in self.nodes()
                if (roles is None or n.get_role_name() in roles)
                and ((n.get_name() or "").strip() == name or text_of(n).strip() == name)]
        return hits[nth] if len(hits) > nth else None

    def shows(self, text, patience=PATIENCE):
        return wait(lambda: any(text in shown for shown in self.texts()), f"the text “{text}”", patience)

    def lacks(self, text):
        assert not any(text in shown for shown in self.texts()), f"“{text}” is on the screen"

    def button(self, name):
        """A pressable thing by its name, or by the name of a label inside it; a row of a list only if there is
        no button in it."""
        for roles in (BUTTONS, ("list item",)):
            for node in self.nodes():
                if node.get_role_name() in roles and ((node.get_name() or "").strip() == name or any(
                    (below.get_name() or "").strip() == name or text_of(below).strip() == name for below in walk(node)
                )):
                    return node
        return None

    def click(self, name, patience=PATIENCE):
        def ready():
            node = self.button(name)
            return node if node and node.get_state_set().contains(Atspi.StateType.SENSITIVE) else None

        node = wait(ready, f"the button “{name}”", patience)
        if node.get_role_name() == "list item":
            self.click_with_the_mouse(node)
            return
        for candidate in [node, *walk(node)]:
            if candidate.get_role_name() == "label":
                continue
            action = candidate.get_action_iface()
            if action and Atspi.Action.get_n_actions(action):
                Atspi.Action.do_action(action, 0)
                return
        if node.get_role_name() in ("check box", "radio button"):  # they offer no action
            self.reach(node)
            self.keys("space")
            return
        raise Missing(f"“{name}” cannot be pressed")

    def reach(self, node):
        """With the Tab key, as somebody does who has no mouse."""
        for _ in range(80):
            if node.get_state_set().contains(Atspi.StateType.FOCUSED):
                return
            self.keys("Tab")
            time.sleep(0.1)
        raise Missing(f"Tab never comes to “{node.get_name()}”")

    def click_with_the_mouse(self, node):
        """For rows of a list, which offer no action; the window lies at the corner of the screen."""
        box = node.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
        subprocess.run(["xdotool", "mousemove", str(box.x + box.width // 2), str(box.y + box.height // 2),
                        "click", "1"], check=True)

    def entry(self, name):
        for node in self.nodes():
            if node.get_role_name() in ("text", "entry", "password text", "spin button") and (node.get_name() or "").strip() == name:
                if node.get_editable_text_iface() is not None:
                    return node
        return None

    def fill(self, name, value):
        node = wait(lambda: self.entry(name), f"the field “{name}”")
        Atspi.EditableText.set_text_contents(node.get_editable_text_iface(), value)

    def keys(self, *keys):
        subprocess.run(["xdotool", "key", "--delay", "30", *keys], check=True)

    def type(self, text):
        subprocess.run(["xdotool", "type", "--delay", "25", text], check=True)

    def pick(self, name):
        """Takes with Enter a row that a search field offers below it."""
        def offered():
            return any(node.get_role_name() == "list item" and (node.get_name() or "").startswith(name)
                       for node in self.nodes())
        wait(offered, f"the offer “{name}”")
        self.keys("Return")

    def unlock(self, user, passphrase):
        self.shows("Passphrase")
        self.fill("Name", user)
        self.fill("Passphrase", passphrase)
        self.click("Unlock")
        self.shows("Home")
        time.sleep(0.5)

    def search(self, text, name):
        """Types into the search of the window and opens the person called @name that it offers. From the
        first page: on that of the people the table is the offer."""
        self.keys("alt+1")
        self.keys("ctrl+f")
        time.sleep(0.5)
        self.type(text)
        self.pick(name)

    def choose_path(self, path, then=None):
        """Types a path into the file chooser that is open; then come @then, or the window alone."""
        wait(lambda: self.windows() > 1, "the file chooser")
        for _ in range(3):
            time.sleep(0.7)
            self.keys("ctrl+l")
            time.sleep(0.3)
            self.keys("ctrl+a")
            self.type(str(path))
            time.sleep(0.5)
            self.keys("Return")
            try:
                if then is not None:
                    self.shows(then, 6)
                else:
                    wait(lambda: self.windows() == 1, "the file chooser to close", 6)
                return
            except Missing:
                pass
        raise Missing("the file chooser did not close")

    def fill_the_screen(self):
        """As a window manager does when it maximises; there is none here."""
        subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "bozgasht", "windowmove", "0", "0",
                        "windowsize", "1366", "768"], check=True)

    def shot(self, name):
        if SHOTS:
            time.sleep(0.6)
            folder = pathlib.Path(SHOTS)
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run(["import", "-window", "root", folder / f"{name}.png"], check=True)

    def alive(self):
        return self.process.poll() is None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self):
        if self.alive():
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


def run(journey, steps):
    """Walks the steps, methods of @journey whose `window` is a Window, and reports them; the first that fails
    ends the walk, because the next begin where it should have ended. Gives the exit status."""
    print(f"1..{len(steps)}")
    status = 0
    for number, step in enumerate(steps, 1):
        try:
            step()
            print(f"ok {number} - {step.__name__}", flush=True)
        except Exception:
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
            if journey.window is not None and journey.window.alive():
                journey.window.shot(f"failed-{step.__name__}")
                for text in dict.fromkeys(journey.window.texts()):
                    print(f"#   on the screen: {text[:100]!r}")
            print(f"not ok {number} - {step.__name__}", flush=True)
            for rest in range(number + 1, len(steps) + 1):
                print(f"not ok {rest} - {steps[rest - 1].__name__} (not reached)")
            status = 1
            break
    if journey.window is not None:
        journey.window.close()
    return status
