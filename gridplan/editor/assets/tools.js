/* The tools: choose, lasso, line, and the brush (a file of its own). Each has begin (true where it takes the stroke),
   extend, end and cancel. */
class ChooseTool {
  constructor(editor) {
    this.editor = editor;
    this.cursor = "default";
  }

  click(spot, event) {
    const { editor } = this,
      atom = editor.model.space.at(...spot);
    if (atom < 0) {
      editor.activate(null);
      return;
    }
    const slot = editor.model.shown[atom];
    if (event.shiftKey || event.ctrlKey || event.metaKey) {
      editor.toggle(slot);
    } else { editor.activate(slot); }
  }
}

class LassoTool {
  constructor(editor) {
    this.editor = editor;
    this.cursor = "crosshair";
    this.ring = null;
  }

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
      if (atom >= 0) {
        editor.pick([atom], true);
      } else { editor.pick([], false); }
    } else { editor.pick(editor.model.space.within(ring), this.add || event.shiftKey); }
  }

  cancel() {
    this.ring = null;
    this.editor.overlay.set([], true);
  }
}

/* A line by dragging, or by clicks with a double click, Enter or the bar at the end. */
class LineTool {
  constructor(editor) {
    this.editor = editor;
    this.cursor = "crosshair";
    this.places = [];
    this.dragged = false;
  }

  begin(at) {
    if (this.done) { this.cancel(); }
    const last = this.places[this.places.length - 1],
      [px, py] = this.editor.pointer.perPixel;
    if (last && Math.hypot((at.spot[0] - last[0]) / px, (at.spot[1] - last[1]) / py) < 6) {
      this.finish();
      return true;
    }
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
    if (this.dragged) {
      this.places.push(at.spot);
      this.finish();
    }
    this.start = null;
    this.before = null;
  }

  over(at) {
    if (this.places.length && !this.done) { this.editor.overlay.set([...this.places, at.spot], false); }
  }

  finish() {
    if (this.places.length < 2) {
      this.cancel();
      return;
    }
    this.done = true;
    this.start = null;
    this.editor.overlay.set(this.places, false);
    this.editor.drew(
      this.places.map(([x, y]) => this.editor.model.land.lonlat(x, y)),
      this.crossed(),
    );
  }

  /* The grid in which most of the line lies: the one that it is meant to split. */
  crossed() {
    const { space, shown } = this.editor.model,
      count = new Map();
    for (let at = 1; at < this.places.length; at++) {
      const [ax, ay] = this.places[at - 1],
        [bx, by] = this.places[at],
        steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / 20));
      for (let step = 0; step < steps; step++) {
        const atom = space.at(ax + ((bx - ax) * step) / steps, ay + ((by - ay) * step) / steps);
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
