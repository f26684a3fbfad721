/* What the buttons and keys do: each makes one edit of the chosen grids or the picked atoms. */
class Actions {
  constructor(editor) { this.editor = editor; }

  get codes() { return (slots) => slots.map((slot) => this.code(slot)); }

  code(slot) {
    const { model } = this.editor,
      heir = model.heir(slot);
    return model.slots[heir === null ? slot : heir].row.code;
  }

  number(slot) {
    const { row } = this.editor.model.slots[slot];
    return row.kind === "special" ? row.name : row.number;
  }

  /* The chosen grids with the active one first. */
  get targets() {
    const { active, chosen } = this.editor;
    return active === null ? [...chosen] : [active, ...[...chosen].filter((slot) => slot !== active)];
  }

  get ids() {
    const atoms = [...this.editor.picks].sort((one, other) => one - other);
    return { atoms, ids: atoms.map((atom) => this.editor.model.ids[atom]) };
  }

  push(label, facts, grids, operation, more = {}) {
    this.editor.edits.push({ label, facts, grids, operations: () => [operation()], ...more });
  }

  move(atoms, to) {
    const { model } = this.editor,
      ids = atoms.map((atom) => model.ids[atom]);
    this.push(
      "did.move",
      { count: atoms.length, grid: this.number(to) },
      [],
      () => ({ operation: "move", atoms: ids, to: this.code(to) }),
      { atoms, to },
    );
  }

  movePicked() {
    const { editor } = this,
      { active, model } = editor,
      atoms = [...editor.picks].filter((atom) => active !== null && model.mayMove(atom, active));
    if (!atoms.length) {
      editor.notes.say(editor.say(active === null ? "need.active" : "need.movable"));
      return;
    }
    editor.pick([], false);
    this.move(
      atoms.sort((one, other) => one - other),
      active,
    );
  }

  newGrid() {
    const { editor } = this,
      { ids, atoms } = this.ids;
    if (!atoms.length) {
      editor.notes.say(editor.say("need.atoms"));
      return;
    }
    const slots = [...new Set(atoms.map((atom) => editor.model.shown[atom]))];
    this.push(
      "did.newgrid",
      { count: atoms.length, grid: slots.map((slot) => this.number(slot)).join(", ") },
      slots,
      () => ({ operation: "move", atoms: ids, to: null }),
      { touches: atoms },
    );
    editor.pick([], false);
  }

  link(name) {
    const { ids, atoms } = this.ids;
    if (atoms.length < 2) {
      this.editor.notes.say(this.editor.say("need.two"));
      return;
    }
    this.push(`did.${name}`, { count: atoms.length }, [], () => ({ operation: name, atoms: ids }), { touches: atoms });
    this.editor.pick([], false);
  }

  special() {
    const { editor } = this,
      { ids, atoms } = this.ids;
    if (!atoms.length) {
      editor.notes.say(editor.say("need.atoms"));
      return;
    }
    editor.prompt({
      title: editor.say("ask.special"),
      label: editor.say("ask.name"),
      value: "",
      act: (name) => {
        this.push(
          "did.special",
          { count: atoms.length, name },
          [],
          () => ({ operation: "special", atoms: ids, name }),
          { touches: atoms },
        );
        editor.pick([], false);
      },
    });
  }

  ordinary() {
    this.one((slot) =>
      this.push("did.ordinary", { grid: this.number(slot) }, [slot], () => ({
        operation: "ordinary",
        grid: this.code(slot),
      })),
    );
  }

  one(act) {
    const { active } = this.editor;
    if (active === null) {
      this.editor.notes.say(this.editor.say("need.active"));
      return;
    }
    act(active);
  }

  merge() {
    const { editor, targets } = this;
    if (targets.length < 2) {
      editor.notes.say(editor.say("need.twogrids"));
      return;
    }
    const names = targets.map((slot) => this.number(slot)).join(", ");
    this.push("did.merge", { grids: names }, targets, () => ({ operation: "merge", grids: this.codes(targets) }));
    editor.chosen.clear();
  }

  split() {
    this.one((slot) =>
      this.editor.prompt({
        title: this.editor.say("ask.split", { grid: this.number(slot) }),
        label: this.editor.say("ask.parts"),
        value: "2",
        type: "number",
        min: 2,
        max: 20,
        act: (text) => {
          const into = Number(text);
          this.push("did.split", { grid: this.number(slot), into }, [slot], () => ({
            operation: "split",
            grid: this.code(slot),
            into,
          }));
        },
      }),
    );
  }

  splitLine(slot, line) {
    this.push("did.line", { grid: this.number(slot) }, [slot], () => ({
      operation: "split",
      grid: this.code(slot),
      line,
    }));
  }

  cannotCross(line) { this.push("did.cannot_cross", {}, [], () => ({ operation: "cannot_cross", line })); }

  lock() {
    const { model } = this.editor,
      slots = this.targets;
    if (!slots.length) {
      this.editor.notes.say(this.editor.say("need.active"));
      return;
    }
    const operation = slots.every((slot) => model.slots[slot].row.locked) ? "unlock" : "lock";
    this.push(`did.${operation}`, { grids: slots.map((slot) => this.number(slot)).join(", ") }, [], () => ({
      operation,
      grids: this.codes(slots),
    }));
  }

  lockAll() {
    const { model } = this.editor,
      operation = model.live.every((slot) => model.slots[slot].row.locked) ? "unlock" : "lock";
    this.push(`did.${operation}.all`, {}, [], () => ({ operation, all: true }));
  }

  rename() {
    this.one((slot) => {
      const { row } = this.editor.model.slots[slot];
      this.editor.prompt({
        title: this.editor.say("ask.rename", { grid: row.number }),
        label: this.editor.say("ask.name"),
        value: row.name,
        act: (name) => {
          this.push("did.rename", { grid: this.number(slot), name }, [], () => ({
            operation: "rename",
            level: "grid",
            code: this.code(slot),
            name,
          }));
        },
      });
    });
  }

  /* Asks what a repair would do, and shows it; it is done where the planner says so. */
  repair(slots) {
    const grids = Array.isArray(slots) ? slots : this.targets,
      facts = { grids: grids.map((slot) => this.number(slot)).join(", ") };
    const operation = () =>
      grids.length ? { operation: "repair", grids: this.codes(grids) } : { operation: "repair" };
    const label = grids.length ? "did.repair" : "did.repair.all",
      act = () => this.push(label, facts, grids, operation);
    this.push(label, facts, grids, operation, { trial: ({ patch }) => this.editor.trial.show(patch, act) });
  }

  rebalance() {
    const grids = this.targets;
    if (!grids.length) {
      this.editor.notes.say(this.editor.say("need.active"));
      return;
    }
    /* One grid alone cannot be balanced: those beside it are balanced with it. */
    const all =
      grids.length > 1
        ? grids
        : [...grids, ...this.editor.view.colours.around(grids[0])].filter(
            (slot) => !this.editor.model.slots[slot].row.locked,
          );
    this.push("did.rebalance", { grids: all.map((slot) => this.number(slot)).join(", ") }, all, () => ({
      operation: "rebalance",
      grids: this.codes(all),
    }));
  }

  undo() {
    if (this.editor.model.history.undo) { this.push("did.undo", {}, [], () => ({ operation: "undo" })); }
  }

  redo() {
    if (this.editor.model.history.redo) { this.push("did.redo", {}, [], () => ({ operation: "redo" })); }
  }

  explain() {
    this.one(async (slot) => {
      const { editor } = this;
      try {
        const told = await editor.host.explain({ grid: this.code(slot) });
        editor.ask({
          title: editor.say("explain.title", { grid: this.number(slot) }),
          lists: [{ title: "", rows: explained(told, editor.words) }],
          answers: [{ word: "close", main: true, act: () => {} }],
        });
      } catch (error) {
        editor.notes.problem({ title: editor.say("explain.failed"), detail: error.message });
      }
    });
  }
}

/* The sentences of an explanation: its lines in both languages, or what it holds by name. */
function explained(told, words) {
  const lines = told.lines || told.sentences;
  if (Array.isArray(lines)) {
    return lines.map((line) => (typeof line === "string" ? line : line[words.language] || words.own(line, "message")));
  }
  return Object.entries(told).map(
    ([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`,
  );
}
