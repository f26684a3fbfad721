/* The brush: paints atoms into the active grid, as far as a stroke may take them. */
class BrushTool {
  constructor(editor) {
    this.editor = editor;
    this.cursor = "none";
    this.strokes = new Strokes(editor.model);
    this.radius = 18;
    this.path = [];
  }

  resize(factor) {
    this.radius = Math.min(150, Math.max(4, Math.round(this.radius * factor)));
    this.editor.sized();
  }

  begin(at, event) {
    const { editor } = this,
      { model } = editor,
      atom = model.space.at(...at.spot);
    if (event.altKey || event.ctrlKey || event.metaKey) {
      if (atom >= 0) { editor.activate(model.shown[atom]); }
      return true;
    }
    if (!model.editable) { return false; }
    if (editor.active === null && atom >= 0) { editor.activate(model.shown[atom]); }
    if (editor.active === null) { return false; }
    const { row } = model.slots[editor.active];
    if (row.locked) {
      editor.notes.say(editor.say("brush.locked", { grid: row.number }));
      return true;
    }
    this.taken = new Map();
    this.refused = new Map();
    this.seen = new Set();
    this.to = editor.active;
    this.path = [at.spot];
    this.last = at.spot;
    editor.painting = true;
    editor.schedule();
    return true;
  }

  extend(at) {
    if (this.taken) { this.path.push(at.spot); }
  }

  /* Once a frame: the atoms under the way that the pointer went since. */
  paint() {
    if (!this.taken || !this.path.length) { return; }
    const { model, pointer } = this.editor,
      [px, py] = pointer.perPixel,
      fresh = [];
    this.path.forEach((spot) => {
      model.space.underBrush(this.last, spot, px * this.radius, py * this.radius, (atom) => {
        if (!this.seen.has(atom)) {
          this.seen.add(atom);
          fresh.push(atom);
        }
      });
      this.last = spot;
    });
    this.path = [];
    if (fresh.length) { this.take(fresh); }
    this.editor.overlay.warn(this.refused.has(model.space.at(...this.last)));
  }

  /* With what was kept back before: it may go now, together with what came since. */
  take(fresh) {
    const waiting = [...this.refused.keys()],
      was = waiting.length;
    this.refused = this.strokes.take([...waiting, ...fresh], this.to, this.taken);
    if (was || this.refused.size) { this.editor.view.shades.refuse([...this.refused.keys()]); }
  }

  /* How many atoms are kept back, by the reason. */
  get reasons() {
    const count = new Map();
    if (this.taken) { this.refused.forEach((why) => count.set(why, (count.get(why) || 0) + 1)); }
    return count;
  }

  /* The grids of the stroke that is being drawn: the one painted into first, then those that gave to it. */
  get parties() { return this.taken ? [this.to, ...new Set(this.taken.values())] : []; }

  end(at) {
    if (!this.taken) { return; }
    this.extend(at);
    this.paint();
    const atoms = [...this.taken.keys()].sort((one, other) => one - other),
      { to, editor, reasons } = this;
    this.clear();
    if (atoms.length) {
      editor.moveAtoms(atoms, to);
    } else if (reasons.size) { editor.notes.say(refusals(reasons, editor.words).join(" ")); }
  }

  cancel() {
    if (this.taken) { this.taken.forEach((from, atom) => this.editor.model.show(atom, from)); }
    this.clear();
  }

  clear() {
    if (this.refused && this.refused.size) { this.editor.view.shades.refuse([]); }
    this.editor.overlay.warn(false);
    this.taken = null;
    this.path = [];
    this.editor.painting = false;
    this.editor.schedule();
  }
}

/* Sentences on what a stroke kept back. */
function refusals(reasons, words) {
  return [...reasons].map(([why, count]) => words.say(`refused.${why}`, { count: words.number(count) }));
}
