/* The keys of the editor. Those of a list, a field or a dialog stay there. */
const TOOL_KEYS = { choose: "V", brush: "B", lasso: "L", line: "S" };

const SHORTCUTS = [
  [["V"], "tool.choose"],
  [["B"], "tool.brush"],
  [["L"], "tool.lasso"],
  [["S"], "tool.line"],
  [["[", "]"], "help.size"],
  [["Space"], "help.hand"],
  [["Alt"], "help.pipette"],
  [["Shift"], "help.add"],
  [["M"], "help.move"],
  [["N"], "bar.newgrid"],
  [["G"], "help.merge"],
  [["K"], "help.lock"],
  [["R"], "act.repair"],
  [["F2"], "act.rename"],
  [["J", "Shift+J"], "help.findings"],
  [["Z"], "card.zoom"],
  [["0"], "whole"],
  [["Ctrl+Z"], "undo"],
  [["Ctrl+Shift+Z", "Ctrl+Y"], "redo"],
  [["/"], "find.label"],
  [["Esc"], "clear"],
  [["←", "↑", "↓", "→"], "help.arrows"],
  [["Enter"], "help.enter"],
  [["\\"], "panel.toggle"],
  [["?"], "help.title"],
];

class Keys {
  constructor(editor) {
    this.editor = editor;
    /* A page of its own is all the editor's; in a notebook only what is typed inside it. */
    this.place = editor.options.titled ? document : editor.root;
    this.heard = {
      keydown: (event) => {
        editor.root.classList.add("gp-keyed");
        this.press(event);
      },
      keyup: (event) => {
        if (event.key === " ") { this.hold(false); }
      },
      pointerdown: () => editor.root.classList.remove("gp-keyed"),
    };
    Object.entries(this.heard).forEach(([name, act]) => this.place.addEventListener(name, act, name === "pointerdown"));
  }

  stop() {
    Object.entries(this.heard).forEach(([name, act]) =>
      this.place.removeEventListener(name, act, name === "pointerdown"),
    );
  }

  /* Space lets any tool move the map, while the pointer is over it. */
  hold(is) {
    this.editor.held = is;
    this.editor.styleCursor();
  }

  press(event) {
    const { editor } = this,
      { actions } = editor,
      field = event.target.closest("input, select, textarea, dialog");
    if (field && field.type !== "range") {
      if (event.key === "Escape") { event.target.blur(); }
      return;
    }
    const control = event.ctrlKey || event.metaKey,
      key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const canvas = event.target === editor.view.map.getCanvas();
    let act = null;
    if (control && key === "z") {
      act = () => (event.shiftKey ? actions.redo() : actions.undo());
    } else if (control && key === "y") {
      act = () => actions.redo();
    } else if (control || event.altKey) {
      return;
    } else if (key === " " && canvas) {
      act = () => this.hold(true);
    } else if (key === "Enter" && canvas) {
      act = () => editor.pointer.enter(event.shiftKey);
    } else {
      const tool = Object.keys(TOOL_KEYS).find((name) => TOOL_KEYS[name].toLowerCase() === key);
      act = tool
        ? () => editor.use(tool)
        : {
            "[": () => editor.tools.brush.resize(1 / 1.25),
            "]": () => editor.tools.brush.resize(1.25),
            m: () => actions.movePicked(),
            n: () => actions.newGrid(),
            g: () => actions.merge(),
            k: () => actions.lock(),
            r: () => actions.repair(),
            F2: () => actions.rename(),
            j: () => editor.tour.next(event.shiftKey ? -1 : 1),
            z: () => {
              if (editor.active !== null) { editor.zoom(editor.active); }
            },
            0: () => editor.view.go(editor.view.whole),
            "/": () => editor.find(),
            "?": () => editor.help(),
            Escape: () => editor.clear(),
            "\\": () => editor.togglePanel(),
          }[key];
    }
    if (!act) { return; }
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}
