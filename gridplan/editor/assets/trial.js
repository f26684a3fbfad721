/* What a repair would do, shown until it is done or left, or anything else is done. */
class Trial {
  constructor(editor) {
    this.editor = editor;
    this.patch = null;
  }

  show(patch, act) {
    const { editor } = this,
      { view, model } = editor;
    if (!patch.grids.length && !patch.gone.length) {
      editor.notes.say(editor.say("trial.nothing"));
      return;
    }
    const { row, grid } = patch.atoms;
    this.patch = patch;
    this.act = () => {
      this.leave();
      act();
    };
    view.shades.tried(row, grid);
    const slots = new Set(row.map((atom) => model.shown[atom]));
    if (row.length) {
      view.go(model.land.bounds([...slots].flatMap((slot) => [...model.slots[slot].atoms])));
    }
    editor.bars.actionBar();
  }

  leave() {
    if (!this.patch) { return; }
    this.patch = null;
    this.editor.view.shades.tried([], []);
    this.editor.bars.actionBar();
  }

  /* What would move, and how many grids would be in range then. */
  get text() {
    const { model, words } = this.editor,
      { atoms, totals } = this.patch;
    const facts = { count: words.number(atoms.row.length), households: words.number(model.sum(atoms.row)) };
    const range = { before: words.number(model.totals.in_range), after: words.number(totals.in_range) };
    const moved = atoms.row.length ? words.say("trial.moves", facts) : words.say("trial.units");
    return `${moved} ${words.say("trial.range", range)}`;
  }
}
