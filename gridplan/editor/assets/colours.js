/* A fill for each grid such that neighbours differ; a change gives a new fill only to grids that would meet their own.
   */
class Colours {
  constructor(model, count) {
    this.model = model;
    this.count = count;
    this.special = count;
    this.of = [];
    const around = this.neighbours(),
      order = [...model.slots.keys()].sort((one, other) => around[other].size - around[one].size || one - other);
    order.forEach((slot) => {
      this.of[slot] = this.free(slot, around[slot]);
    });
  }

  /* For each slot the others beside it. */
  neighbours() {
    const { borders, shown, slots } = this.model,
      around = slots.map(() => new Set());
    for (let at = 0; at < borders.a.length; at++) {
      const one = shown[borders.a[at]],
        other = shown[borders.b[at]];
      if (one !== other) {
        around[one].add(other);
        around[other].add(one);
      }
    }
    return around;
  }

  around(slot) {
    const { model } = this,
      found = new Set();
    model.slots[slot].atoms.forEach((atom) =>
      model.beside(atom, (other) => {
        if (model.shown[other] !== slot) { found.add(model.shown[other]); }
      }),
    );
    return found;
  }

  free(slot, around) {
    if (this.model.slots[slot].row.kind === "special") { return this.special; }
    const taken = new Array(this.count).fill(0);
    around.forEach((other) => {
      if (this.of[other] < this.count) { taken[this.of[other]]++; }
    });
    return taken.indexOf(Math.min(...taken));
  }

  /* New fills where slots are new, became special or ordinary, or meet their own; gives the slots whose fill is
     another. */
  refresh(slots) {
    const changed = [];
    slots.forEach((slot) => {
      if (this.model.slots[slot].gone) { return; }
      const around = this.around(slot),
        special = this.model.slots[slot].row.kind === "special",
        own = this.of[slot];
      const meets =
        own === undefined ||
        (own === this.special) !== special ||
        (!special && [...around].some((other) => this.of[other] === own));
      const next = meets ? this.free(slot, around) : own;
      if (next !== own) {
        this.of[slot] = next;
        changed.push(slot);
      }
    });
    return changed;
  }
}
