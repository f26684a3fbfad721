/* What is drawn of each grid besides its land: the hatch of one out of range, and its label. */
class Signs {
  constructor(view) {
    this.view = view;
    this.editor = view.editor;
    this.model = view.model;
  }

  load() {
    const { model } = this;
    const marks = [],
      labels = [];
    model.live.forEach((slot) => {
      marks.push(this.mark(slot));
      labels.push(this.label(slot));
    });
    this.marked = new Set(marks.filter(Boolean).map((each) => each.id));
    this.labelled = new Set(labels.filter(Boolean).map((each) => each.id));
    this.view.source("marks").setData(collection(marks.filter(Boolean)));
    this.view.source("labels").setData(collection(labels.filter(Boolean)));
  }

  mark(slot) {
    const { model } = this,
      status = model.statusOf(slot),
      grid = model.slots[slot];
    if (grid.gone || !grid.atoms.size || status === "ok") { return null; }
    return feature(
      slot,
      "MultiPolygon",
      [...grid.atoms].flatMap((atom) => model.land.polygonsOf(atom)),
      { m: status },
    );
  }

  label(slot) {
    const { model, editor } = this,
      grid = model.slots[slot],
      { row } = grid;
    if (grid.gone || !grid.atoms.size) { return null; }
    const status = model.statusOf(slot),
      sign = status === "ok" ? "" : ["▼", "●", "▲"][model.sideOf(slot) + 1];
    const text = row.kind === "special" ? row.name : row.number,
      households = editor.words.number(model.householdsOf(slot));
    return feature(slot, "Point", this.middle(slot), {
      n: text,
      t: `\n${households}${sign ? ` ${sign}` : ""}`,
      k: status === "open" ? OPEN : status === "proved" ? PROVED : INK,
      i: row.locked ? "lock" : "",
      o: status === "open" ? 0 : status === "proved" ? 1 : 2,
      z: this.legible(slot) - (status === "ok" ? 0 : 1.5),
    });
  }

  /* The zoom from which a grid is about as wide as its label: 34 pixels. */
  legible(slot) {
    const [west, south, east, north] = this.model.land.bounds(this.model.slots[slot].atoms);
    const wide = Math.sqrt(Math.max((east - west) * (north - south) * Math.cos((south * Math.PI) / 180), 1e-12));
    return Math.min(15, Math.log2((34 * 360) / 512 / wide));
  }

  /* The inner place of the atom of the grid that is nearest to the middle of all of them; larger atoms first. */
  middle(slot) {
    const { land, slots } = this.model,
      { atoms } = slots[slot];
    let x = 0,
      y = 0,
      weight = 0,
      best = null,
      nearest = Infinity;
    const size = (atom) =>
      (land.box[4 * atom + 2] - land.box[4 * atom]) * (land.box[4 * atom + 3] - land.box[4 * atom + 1]);
    atoms.forEach((atom) => {
      const own = size(atom);
      x += own * land.inside[2 * atom];
      y += own * land.inside[2 * atom + 1];
      weight += own;
    });
    x /= weight;
    y /= weight;
    atoms.forEach((atom) => {
      const far = Math.hypot(land.inside[2 * atom] - x, land.inside[2 * atom + 1] - y) - 0.25 * Math.sqrt(size(atom));
      if (far < nearest) {
        nearest = far;
        best = atom;
      }
    });
    return land.lonlat(land.inside[2 * best], land.inside[2 * best + 1]);
  }

  /* After the grids are others, or have other households. */
  refresh(slots) {
    this.keep("marks", this.marked, slots, (slot) => this.mark(slot));
    this.keep("labels", this.labelled, slots, (slot) => this.label(slot));
  }

  /* The features of the grids anew, in a source that holds one for some of them. */
  keep(name, held, slots, draw) {
    const change = { add: [], remove: [] };
    slots.forEach((slot) => {
      const next = draw(slot);
      if (held.has(slot)) {
        change.remove.push(slot);
        held.delete(slot);
      }
      if (next) {
        change.add.push(next);
        held.add(slot);
      }
    });
    if (change.add.length || change.remove.length) { this.view.source(name).updateData(change); }
  }

  relabel() {
    if (this.view.loaded) {
      this.keep("labels", this.labelled, new Set(this.model.live), (slot) => this.label(slot));
    }
  }
}
