/* The map: atoms filled by grid, and the lines, marks and labels of the grids, kept in step with the model once a frame. */
const collection = (features) => ({ type: "FeatureCollection", features });
const feature = (id, type, coordinates, properties = {}) => ({ type: "Feature", id, properties, geometry: { type, coordinates } });

class View {
  constructor(editor, place) {
    this.editor = editor;
    this.model = editor.model;
    const { options } = editor;
    this.fills = options.fills;
    this.colours = new Colours(this.model, this.fills.length);
    this.slow = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.whole = this.model.land.bounds(this.model.shown.keys());
    maplibregl.setWorkerUrl(options.worker);
    this.map = new maplibregl.Map({ container: place, style: mapStyle(options.fills, options.special), bounds: this.whole,
      fitBoundsOptions: { padding: 40, maxZoom: 17 }, maxZoom: 21, attributionControl: false, dragRotate: false, pitchWithRotate: false,
      touchPitch: false, fadeDuration: 0, boxZoom: false, doubleClickZoom: false, renderWorldCopies: false, ...options.map });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new maplibregl.ScaleControl({ maxWidth: 110 }), "bottom-right");
    this.late = { at: 0, slots: new Set(), atoms: new Set() };
    this.strong = new Set();
    this.fresh = new Set();
    this.hidden = new Set();
    this.ready = new Promise((done) => this.map.once("load", () => { this.load(); done(); }));
    this.map.on("error", (event) => editor.background.failed(event));
    this.map.on("movestart", () => this.resting(false));
    this.map.on("idle", () => this.resting(true));
    this.resting(false);
  }

  resting(is) { this.map.getContainer().setAttribute("aria-busy", String(!is)); }

  source(name) { return this.map.getSource(name); }

  load() {
    const { model, colours, map } = this, { land } = model;
    addImages(map);
    this.source("atoms").setData(collection(Array.from(model.shown, (slot, atom) =>
      feature(atom, "MultiPolygon", land.polygonsOf(atom), { c: colours.of[slot] }))));
    this.source("streets").setData(collection(this.streets()));
    this.source("borders").setData(collection(this.borderArcs()));
    this.source("communities").setData(collection(model.communities.shape.map((shape, row) => feature(row, "MultiLineString", land.linesOf(shape)))));
    const marks = [], labels = [];
    model.live.forEach((slot) => { marks.push(this.mark(slot)); labels.push(this.label(slot)); });
    this.marked = new Set(marks.filter(Boolean).map((each) => each.id));
    this.labelled = new Set(labels.filter(Boolean).map((each) => each.id));
    this.source("marks").setData(collection(marks.filter(Boolean)));
    this.source("labels").setData(collection(labels.filter(Boolean)));
    this.warm();
    this.loaded = true;
    this.editor.schedule();
  }

  /* Layers that are empty at first are drawn once, too small to be seen: else the first stroke waits for their programs. */
  warm() {
    const [west, south] = this.model.land.lonlat(this.model.land.inside[0], this.model.land.inside[1]), step = 2e-6;
    const ring = [[west, south], [west + step, south], [west, south + step], [west, south]];
    const lines = ["fresh", "active"], fills = ["picked", "refused", "trial"];
    lines.forEach((name) => this.source(name).setData(collection([feature(0, "LineString", ring, { r: 0 })])));
    fills.forEach((name) => this.source(name).setData(collection([feature(0, "Polygon", [ring], { c: "#000" })])));
    this.map.once("idle", () => {
      lines.concat(fills).forEach((name) => this.source(name).setData(NONE));
      this.outline();
      this.picked(this.editor.picks);
    });
  }

  isBorder(arc) {
    const { left, right } = this.model.land, { shown } = this.model;
    return left[arc] >= 0 && (right[arc] < 0 || shown[left[arc]] !== shown[right[arc]]);
  }

  borderArcs() {
    const { land } = this.model, made = [];
    this.isLine = new Uint8Array(land.arcs.length);
    for (let arc = 0; arc < land.arcs.length; arc++) {
      if (this.isBorder(arc)) { this.isLine[arc] = 1; made.push(feature(arc, "LineString", land.lineOf(arc))); }
    }
    return made;
  }

  /* Main roads, rail and water, where atoms meet across them. */
  streets() {
    const { land, borders } = this.model, kinds = new Map(), made = [];
    borders.kind.forEach((kind, at) => { if (kind >= 2) { kinds.set(borders.a[at] * this.model.count + borders.b[at], kind); } });
    for (let arc = 0; kinds.size && arc < land.arcs.length; arc++) {
      const one = Math.min(land.left[arc], land.right[arc]), other = Math.max(land.left[arc], land.right[arc]);
      const kind = kinds.get(one * this.model.count + other) || kinds.get(other * this.model.count + one);
      if (one >= 0 && kind) { made.push(feature(arc, "LineString", land.lineOf(arc), { k: kind })); }
    }
    return made;
  }

  mark(slot) {
    const { model } = this, status = model.statusOf(slot), grid = model.slots[slot];
    if (grid.gone || !grid.atoms.size || status === "ok") { return null; }
    return feature(slot, "MultiPolygon", [...grid.atoms].flatMap((atom) => model.land.polygonsOf(atom)), { m: status });
  }

  label(slot) {
    const { model, editor } = this, grid = model.slots[slot], { row } = grid;
    if (grid.gone || !grid.atoms.size) { return null; }
    const status = model.statusOf(slot), sign = status === "ok" ? "" : ["▼", "●", "▲"][model.sideOf(slot) + 1];
    const text = row.kind === "special" ? row.name : row.number, households = editor.words.number(model.householdsOf(slot));
    return feature(slot, "Point", this.middle(slot), { n: text, t: `\n${households}${sign ? ` ${sign}` : ""}`,
      k: status === "open" ? OPEN : status === "proved" ? PROVED : INK, i: row.locked ? "lock" : "", o: status === "open" ? 0 : status === "proved" ? 1 : 2,
      z: this.legible(slot) - (status === "ok" ? 0 : 1.5) });
  }

  /* The zoom from which a grid is about as wide as its label: 34 pixels. */
  legible(slot) {
    const [west, south, east, north] = this.model.land.bounds(this.model.slots[slot].atoms);
    const wide = Math.sqrt(Math.max((east - west) * (north - south) * Math.cos(south * Math.PI / 180), 1e-12));
    return Math.min(15, Math.log2(34 * 360 / 512 / wide));
  }

  /* The inner place of the atom of the grid that is nearest to the middle of all of them; larger atoms first. */
  middle(slot) {
    const { land, slots } = this.model, { atoms } = slots[slot];
    let x = 0, y = 0, weight = 0, best = null, nearest = Infinity;
    const size = (atom) => (land.box[4 * atom + 2] - land.box[4 * atom]) * (land.box[4 * atom + 3] - land.box[4 * atom + 1]);
    atoms.forEach((atom) => { const own = size(atom); x += own * land.inside[2 * atom]; y += own * land.inside[2 * atom + 1]; weight += own; });
    x /= weight; y /= weight;
    atoms.forEach((atom) => {
      const far = Math.hypot(land.inside[2 * atom] - x, land.inside[2 * atom + 1] - y) - 0.25 * Math.sqrt(size(atom));
      if (far < nearest) { nearest = far; best = atom; }
    });
    return land.lonlat(land.inside[2 * best], land.inside[2 * best + 1]);
  }

  /* Once a frame: fills and lines of atoms that changed at once; the outline of the active grid a little later; marks and labels
     after the stroke, with all lines in their own source again. */
  update(now) {
    if (!this.loaded) { return; }
    const { model, late } = this;
    model.changed.forEach((atom) => { this.paint(atom); late.atoms.add(atom); });
    if (this.editor.painting) { this.sketch(model.changed); }
    model.touched.forEach((slot) => late.slots.add(slot));
    model.changed.clear();
    model.touched.clear();
    if (!late.atoms.size && !late.slots.size) { return; }
    if (this.editor.painting) {
      if (now - late.at >= 100) { late.at = now; this.outline(); this.showFresh(); } else { this.editor.schedule(); }
      return;
    }
    this.redraw(late.atoms, late.slots);
    this.late = { at: now, slots: new Set(), atoms: new Set() };
  }

  /* The lines of a stroke: those that go are hidden where they are drawn, those that come are drawn apart. */
  sketch(atoms) {
    const { land } = this.model;
    atoms.forEach((atom) => land.arcsOf[atom].forEach((arc) => {
      const is = this.isBorder(arc);
      if (this.isLine[arc]) { this.hide(arc, !is); } else if (is) { this.fresh.add(arc); } else { this.fresh.delete(arc); }
    }));
  }

  hide(arc, is) {
    if (is === this.hidden.has(arc)) { return; }
    if (is) { this.hidden.add(arc); } else { this.hidden.delete(arc); }
    this.map.setFeatureState({ source: "borders", id: arc }, { h: is });
  }

  showFresh() { this.source("fresh").setData(collection([...this.fresh].map((arc) => feature(arc, "LineString", this.model.land.lineOf(arc))))); }

  paint(atom) {
    const slot = this.model.shown[atom];
    this.map.setFeatureState({ source: "atoms", id: atom }, { c: this.colours.of[slot], s: this.strong.has(slot) });
  }

  redraw(atoms, slots) {
    const { model } = this, lines = { add: [], remove: [] };
    atoms.forEach((atom) => model.land.arcsOf[atom].forEach((arc) => {
      const is = this.isBorder(arc) ? 1 : 0;
      if (is) { this.hide(arc, false); }
      if (is === this.isLine[arc]) { return; }
      this.isLine[arc] = is;
      if (is) { lines.add.push(feature(arc, "LineString", model.land.lineOf(arc))); } else { lines.remove.push(arc); }
    }));
    if (lines.add.length || lines.remove.length) { this.source("borders").updateData(lines); }
    /* What a stroke drew apart stays until its lines are in their own source, and goes with the next stroke. */
    if (this.fresh.size) { this.fresh.clear(); this.map.once("idle", () => { if (!this.fresh.size) { this.showFresh(); } }); }
    this.colours.refresh([...slots].sort((one, other) => Number(one === this.editor.active) - Number(other === this.editor.active))).forEach((slot) => model.slots[slot].atoms.forEach((atom) => this.paint(atom)));
    this.keep("marks", this.marked, slots, (slot) => this.mark(slot));
    this.keep("labels", this.labelled, slots, (slot) => this.label(slot));
    this.outline();
  }

  /* The features of the grids anew, in a source that holds one for some of them. */
  keep(name, held, slots, draw) {
    const change = { add: [], remove: [] };
    slots.forEach((slot) => {
      const next = draw(slot);
      if (held.has(slot)) { change.remove.push(slot); held.delete(slot); }
      if (next) { change.add.push(next); held.add(slot); }
    });
    if (change.add.length || change.remove.length) { this.source(name).updateData(change); }
  }

  relabel() { if (this.loaded) { this.keep("labels", this.labelled, new Set(this.model.live), (slot) => this.label(slot)); } }

  /* The line around the active grid (key colour) and the others that are chosen. */
  outline() {
    if (!this.loaded) { return; }
    const { model, editor } = this, chosen = new Set(editor.chosen);
    if (editor.active !== null) { chosen.add(editor.active); }
    const changed = [...chosen].filter((slot) => !this.strong.has(slot)).concat([...this.strong].filter((slot) => !chosen.has(slot)));
    this.strong = chosen;
    changed.forEach((slot) => model.slots[slot].atoms.forEach((atom) => this.paint(atom)));
    this.source("active").setData(collection([...chosen].filter((slot) => !model.slots[slot].gone).map((slot) => {
      const arcs = new Set();
      model.slots[slot].atoms.forEach((atom) => model.land.arcsOf[atom].forEach((arc) => { if (this.isBorder(arc)) { arcs.add(arc); } }));
      return feature(slot, "MultiLineString", [...arcs].map((arc) => model.land.lineOf(arc)), { r: slot === editor.active ? 0 : 1 });
    })));
  }

  picked(atoms) {
    if (this.loaded) { this.source("picked").setData(collection([...atoms].map((atom) => feature(atom, "MultiPolygon", this.model.land.polygonsOf(atom))))); }
  }

  /* Shows which atoms would go to which grids; a new one has no colour yet. */
  tried(atoms, codes) {
    if (!this.loaded) { return; }
    this.source("trial").setData(collection(atoms.map((atom, place) => {
      const slot = this.model.slotOf.get(codes[place]);
      return feature(atom, "MultiPolygon", this.model.land.polygonsOf(atom), { c: slot === undefined ? "#fff" : this.fill(slot) });
    })));
  }

  /* Shows which atoms the stroke keeps back. */
  refuse(atoms) {
    if (this.loaded) { this.source("refused").setData(collection(atoms.map((atom) => feature(atom, "MultiPolygon", this.model.land.polygonsOf(atom))))); }
  }

  /* Shows for some seconds which atoms others changed. */
  flash(atoms) {
    if (!this.loaded || !atoms.length) { return; }
    this.source("flash").setData(collection(atoms.map((atom) => feature(atom, "MultiPolygon", this.model.land.polygonsOf(atom)))));
    clearTimeout(this.flashing);
    this.flashing = setTimeout(() => this.source("flash") && this.source("flash").setData(NONE), 4000);
  }

  go(bounds) {
    this.map.fitBounds([[bounds[0], bounds[1]], [bounds[2], bounds[3]]], { padding: 60, maxZoom: 17.5, animate: !this.slow, duration: 500 });
  }
}
