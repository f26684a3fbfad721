/* The tools: choose, brush, lasso, line. Each has begin (true where it takes the stroke), extend, end and cancel. */
class ChooseTool {
  constructor(editor) { this.editor = editor; this.cursor = "default"; }

  click(spot, event) {
    const { editor } = this, atom = editor.model.space.at(...spot);
    if (atom < 0) { editor.activate(null); return; }
    const slot = editor.model.shown[atom];
    if (event.shiftKey || event.ctrlKey || event.metaKey) { editor.toggle(slot); } else { editor.activate(slot); }
  }
}

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
    const { editor } = this, { model } = editor, atom = model.space.at(...at.spot);
    if (event.altKey || event.ctrlKey || event.metaKey) { if (atom >= 0) { editor.activate(model.shown[atom]); } return true; }
    if (!model.editable) { return false; }
    if (editor.active === null && atom >= 0) { editor.activate(model.shown[atom]); }
    if (editor.active === null) { return false; }
    const { row } = model.slots[editor.active];
    if (row.locked) { editor.notes.say(editor.say("brush.locked", { grid: row.number })); return true; }
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

  extend(at) { if (this.taken) { this.path.push(at.spot); } }

  /* Once a frame: the atoms under the way that the pointer went since. */
  paint() {
    if (!this.taken || !this.path.length) { return; }
    const { model, pointer } = this.editor, [px, py] = pointer.perPixel, fresh = [];
    this.path.forEach((spot) => {
      model.space.underBrush(this.last, spot, px * this.radius, py * this.radius, (atom) => {
        if (!this.seen.has(atom)) { this.seen.add(atom); fresh.push(atom); }
      });
      this.last = spot;
    });
    this.path = [];
    if (fresh.length) { this.take(fresh); }
    this.editor.overlay.warn(this.refused.has(model.space.at(...this.last)));
  }

  /* With what was kept back before: it may go now, together with what came since. */
  take(fresh) {
    const waiting = [...this.refused.keys()], was = waiting.length;
    this.refused = this.strokes.take([...waiting, ...fresh], this.to, this.taken);
    if (was || this.refused.size) { this.editor.view.refuse([...this.refused.keys()]); }
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
    const atoms = [...this.taken.keys()].sort((one, other) => one - other), { to, editor, reasons } = this;
    this.clear();
    if (atoms.length) { editor.moveAtoms(atoms, to); } else if (reasons.size) { editor.notes.say(refusals(reasons, editor.words).join(" ")); }
  }

  cancel() {
    if (this.taken) { this.taken.forEach((from, atom) => this.editor.model.show(atom, from)); }
    this.clear();
  }

  clear() {
    if (this.refused && this.refused.size) { this.editor.view.refuse([]); }
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

class LassoTool {
  constructor(editor) { this.editor = editor; this.cursor = "crosshair"; this.ring = null; }

  begin(at, event) {
    this.add = event.shiftKey;
    this.start = at;
    this.ring = [at.spot];
    return true;
  }

  extend(at) {
    if (!this.ring) { return; }
    this.ring.push(at.spot);
    this.editor.overlay.set(this.ring, true);
  }

  end(at, event) {
    const { editor, ring } = this;
    this.cancel();
    if (!ring) { return; }
    if (Math.hypot(at.x - this.start.x, at.y - this.start.y) < 4 && ring.length < 6) {
      const atom = editor.model.space.at(...at.spot);
      if (atom >= 0) { editor.pick([atom], true); } else { editor.pick([], false); }
    } else {
      editor.pick(editor.model.space.within(ring), this.add || event.shiftKey);
    }
  }

  cancel() { this.ring = null; this.editor.overlay.set([], true); }
}

/* A line by dragging, or by clicks with a double click, Enter or the bar at the end. */
class LineTool {
  constructor(editor) { this.editor = editor; this.cursor = "crosshair"; this.places = []; this.dragged = false; }

  begin(at) {
    if (this.done) { this.cancel(); }
    const last = this.places[this.places.length - 1], [px, py] = this.editor.pointer.perPixel;
    if (last && Math.hypot((at.spot[0] - last[0]) / px, (at.spot[1] - last[1]) / py) < 6) { this.finish(); return true; }
    this.places.push(at.spot);
    this.start = at;
    this.dragged = false;
    this.editor.overlay.set(this.places, false);
    return true;
  }

  extend(at) {
    if (!this.start || this.done) { return; }
    if (!this.dragged && Math.hypot(at.x - this.start.x, at.y - this.start.y) < 5) { return; }
    this.dragged = true;
    const before = this.before || this.start;
    if (Math.hypot(at.x - before.x, at.y - before.y) < 3) { return; }
    this.before = at;
    this.places.push(at.spot);
    this.editor.overlay.set(this.places, false);
  }

  end(at) {
    if (this.dragged) { this.places.push(at.spot); this.finish(); }
    this.start = null;
    this.before = null;
  }

  over(at) { if (this.places.length && !this.done) { this.editor.overlay.set([...this.places, at.spot], false); } }

  finish() {
    if (this.places.length < 2) { this.cancel(); return; }
    this.done = true;
    this.start = null;
    this.editor.overlay.set(this.places, false);
    this.editor.drew(this.places.map(([x, y]) => this.editor.model.land.lonlat(x, y)), this.crossed());
  }

  /* The grid in which most of the line lies: the one that it is meant to split. */
  crossed() {
    const { space, shown } = this.editor.model, count = new Map();
    for (let at = 1; at < this.places.length; at++) {
      const [ax, ay] = this.places[at - 1], [bx, by] = this.places[at], steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / 20));
      for (let step = 0; step < steps; step++) {
        const atom = space.at(ax + (bx - ax) * step / steps, ay + (by - ay) * step / steps);
        if (atom >= 0) { count.set(shown[atom], (count.get(shown[atom]) || 0) + 1); }
      }
    }
    const most = [...count].sort((one, other) => other[1] - one[1])[0];
    return most ? most[0] : null;
  }

  cancel() {
    this.places = [];
    this.done = false;
    this.start = null;
    this.editor.overlay.set([], false);
    this.editor.drew(null, null);
  }
}
