/* The map: atoms filled by grid, and the lines, marks and labels of the grids, kept in step with the model once a
   frame. */
const collection = (features) => ({ type: "FeatureCollection", features });
const feature = (id, type, coordinates, properties = {}) => ({
  type: "Feature",
  id,
  properties,
  geometry: { type, coordinates },
});

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
    this.map = new maplibregl.Map({
      container: place,
      style: mapStyle(options.fills, options.special),
      bounds: this.whole,
      fitBoundsOptions: { padding: 40, maxZoom: 17 },
      maxZoom: 21,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      boxZoom: false,
      doubleClickZoom: false,
      renderWorldCopies: false,
      ...options.map,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new maplibregl.ScaleControl({ maxWidth: 110 }), "bottom-right");
    this.late = { at: 0, slots: new Set(), atoms: new Set() };
    this.signs = new Signs(this);
    this.shades = new Shades(this);
    this.strong = new Set();
    this.fresh = new Set();
    this.hidden = new Set();
    this.ready = new Promise((done) =>
      this.map.once("load", () => {
        this.load();
        done();
      }),
    );
    this.map.on("error", (event) => editor.background.failed(event));
    this.map.on("movestart", () => this.resting(false));
    this.map.on("idle", () => this.resting(true));
    this.resting(false);
  }

  resting(is) { this.map.getContainer().setAttribute("aria-busy", String(!is)); }

  source(name) { return this.map.getSource(name); }

  load() {
    const { model, colours, map } = this,
      { land } = model;
    addImages(map);
    this.source("atoms").setData(
      collection(
        Array.from(model.shown, (slot, atom) =>
          feature(atom, "MultiPolygon", land.polygonsOf(atom), { c: colours.of[slot] }),
        ),
      ),
    );
    this.source("streets").setData(collection(this.streets()));
    this.source("borders").setData(collection(this.borderArcs()));
    this.source("communities").setData(
      collection(model.communities.shape.map((shape, row) => feature(row, "MultiLineString", land.linesOf(shape)))),
    );
    this.signs.load();
    this.shades.warm();
    this.loaded = true;
    this.editor.schedule();
  }

  isBorder(arc) {
    const { left, right } = this.model.land,
      { shown } = this.model;
    return left[arc] >= 0 && (right[arc] < 0 || shown[left[arc]] !== shown[right[arc]]);
  }

  borderArcs() {
    const { land } = this.model,
      made = [];
    this.isLine = new Uint8Array(land.arcs.length);
    for (let arc = 0; arc < land.arcs.length; arc++) {
      if (this.isBorder(arc)) {
        this.isLine[arc] = 1;
        made.push(feature(arc, "LineString", land.lineOf(arc)));
      }
    }
    return made;
  }

  /* Main roads, rail and water, where atoms meet across them. */
  streets() {
    const { land, borders } = this.model,
      kinds = new Map(),
      made = [];
    borders.kind.forEach((kind, at) => {
      if (kind >= 2) { kinds.set(borders.a[at] * this.model.count + borders.b[at], kind); }
    });
    for (let arc = 0; kinds.size && arc < land.arcs.length; arc++) {
      const one = Math.min(land.left[arc], land.right[arc]),
        other = Math.max(land.left[arc], land.right[arc]);
      const kind = kinds.get(one * this.model.count + other) || kinds.get(other * this.model.count + one);
      if (one >= 0 && kind) { made.push(feature(arc, "LineString", land.lineOf(arc), { k: kind })); }
    }
    return made;
  }

  /* Once a frame: fills and lines of atoms that changed at once; the outline of the active grid a little later; marks
     and labels after the stroke, with all lines in their own source again. */
  update(now) {
    if (!this.loaded) { return; }
    const { model, late } = this;
    model.changed.forEach((atom) => {
      this.paint(atom);
      late.atoms.add(atom);
    });
    if (this.editor.painting) { this.sketch(model.changed); }
    model.touched.forEach((slot) => late.slots.add(slot));
    model.changed.clear();
    model.touched.clear();
    if (!late.atoms.size && !late.slots.size) { return; }
    if (this.editor.painting) {
      if (now - late.at >= 100) {
        late.at = now;
        this.outline();
        this.showFresh();
      } else { this.editor.schedule(); }
      return;
    }
    this.redraw(late.atoms, late.slots);
    this.late = { at: now, slots: new Set(), atoms: new Set() };
  }

  /* The lines of a stroke: those that go are hidden where they are drawn, those that come are drawn apart. */
  sketch(atoms) {
    const { land } = this.model;
    atoms.forEach((atom) =>
      land.arcsOf[atom].forEach((arc) => {
        const is = this.isBorder(arc);
        if (this.isLine[arc]) {
          this.hide(arc, !is);
        } else if (is) {
          this.fresh.add(arc);
        } else { this.fresh.delete(arc); }
      }),
    );
  }

  hide(arc, is) {
    if (is === this.hidden.has(arc)) { return; }
    if (is) {
      this.hidden.add(arc);
    } else { this.hidden.delete(arc); }
    this.map.setFeatureState({ source: "borders", id: arc }, { h: is });
  }

  showFresh() {
    this.source("fresh").setData(
      collection([...this.fresh].map((arc) => feature(arc, "LineString", this.model.land.lineOf(arc)))),
    );
  }

  paint(atom) {
    const slot = this.model.shown[atom];
    this.map.setFeatureState({ source: "atoms", id: atom }, { c: this.colours.of[slot], s: this.strong.has(slot) });
  }

  redraw(atoms, slots) {
    const { model } = this,
      lines = { add: [], remove: [] };
    atoms.forEach((atom) =>
      model.land.arcsOf[atom].forEach((arc) => {
        const is = this.isBorder(arc) ? 1 : 0;
        if (is) { this.hide(arc, false); }
        if (is === this.isLine[arc]) { return; }
        this.isLine[arc] = is;
        if (is) {
          lines.add.push(feature(arc, "LineString", model.land.lineOf(arc)));
        } else { lines.remove.push(arc); }
      }),
    );
    if (lines.add.length || lines.remove.length) { this.source("borders").updateData(lines); }
    /* What a stroke drew apart stays until its lines are in their own source, and goes with the next stroke. */
    if (this.fresh.size) {
      this.fresh.clear();
      this.map.once("idle", () => {
        if (!this.fresh.size) { this.showFresh(); }
      });
    }
    this.colours
      .refresh(
        [...slots].sort((one, other) => Number(one === this.editor.active) - Number(other === this.editor.active)),
      )
      .forEach((slot) => model.slots[slot].atoms.forEach((atom) => this.paint(atom)));
    this.signs.refresh(slots);
    this.outline();
  }

  /* The line around the active grid (key colour) and the others that are chosen. */
  outline() {
    if (!this.loaded) { return; }
    const { model, editor } = this,
      chosen = new Set(editor.chosen);
    if (editor.active !== null) { chosen.add(editor.active); }
    const changed = [...chosen]
      .filter((slot) => !this.strong.has(slot))
      .concat([...this.strong].filter((slot) => !chosen.has(slot)));
    this.strong = chosen;
    changed.forEach((slot) => model.slots[slot].atoms.forEach((atom) => this.paint(atom)));
    this.source("active").setData(
      collection(
        [...chosen]
          .filter((slot) => !model.slots[slot].gone)
          .map((slot) => {
            const arcs = new Set();
            model.slots[slot].atoms.forEach((atom) =>
              model.land.arcsOf[atom].forEach((arc) => {
                if (this.isBorder(arc)) { arcs.add(arc); }
              }),
            );
            return feature(
              slot,
              "MultiLineString",
              [...arcs].map((arc) => model.land.lineOf(arc)),
              { r: slot === editor.active ? 0 : 1 },
            );
          }),
      ),
    );
  }

  go(bounds) {
    this.map.fitBounds(
      [
        [bounds[0], bounds[1]],
        [bounds[2], bounds[3]],
      ],
      { padding: 60, maxZoom: 17.5, animate: !this.slow, duration: 500 },
    );
  }
}
