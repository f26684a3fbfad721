/* What lies over atoms for a while: picked, kept back by a stroke, moved by a trial, changed by others. */
class Shades {
  constructor(view) {
    this.view = view;
    this.editor = view.editor;
    this.model = view.model;
  }

  /* Layers that are empty at first are drawn once, too small to be seen: else the first stroke waits for their
     programs. */
  warm() {
    const [west, south] = this.model.land.lonlat(this.model.land.inside[0], this.model.land.inside[1]),
      step = 2e-6;
    const ring = [
      [west, south],
      [west + step, south],
      [west, south + step],
      [west, south],
    ];
    const lines = ["fresh", "active"],
      fills = ["picked", "refused", "trial"];
    lines.forEach((name) => this.view.source(name).setData(collection([feature(0, "LineString", ring, { r: 0 })])));
    fills.forEach((name) => this.view.source(name).setData(collection([feature(0, "Polygon", [ring], { c: "#000" })])));
    this.view.map.once("idle", () => {
      lines.concat(fills).forEach((name) => this.view.source(name).setData(NONE));
      this.view.outline();
      this.picked(this.editor.picks);
    });
  }

  picked(atoms) {
    if (this.view.loaded) {
      this.view
        .source("picked")
        .setData(collection([...atoms].map((atom) => feature(atom, "MultiPolygon", this.model.land.polygonsOf(atom)))));
    }
  }

  /* Shows which atoms would go to which grids; a new one has no colour yet. */
  tried(atoms, codes) {
    if (!this.view.loaded) { return; }
    this.view.source("trial").setData(
      collection(
        atoms.map((atom, place) => {
          const slot = this.model.slotOf.get(codes[place]);
          return feature(atom, "MultiPolygon", this.model.land.polygonsOf(atom), {
            c: slot === undefined ? "#fff" : this.view.fill(slot),
          });
        }),
      ),
    );
  }

  /* Shows which atoms the stroke keeps back. */
  refuse(atoms) {
    if (this.view.loaded) {
      this.view
        .source("refused")
        .setData(collection(atoms.map((atom) => feature(atom, "MultiPolygon", this.model.land.polygonsOf(atom)))));
    }
  }

  /* Shows for some seconds which atoms others changed. */
  flash(atoms) {
    if (!this.view.loaded || !atoms.length) { return; }
    this.view
      .source("flash")
      .setData(collection(atoms.map((atom) => feature(atom, "MultiPolygon", this.model.land.polygonsOf(atom)))));
    clearTimeout(this.flashing);
    this.flashing = setTimeout(() => this.view.source("flash") && this.view.source("flash").setData(NONE), 4000);
  }
}
