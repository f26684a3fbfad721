/* What a stroke of the brush may take without leaving a grid in parts. Only a preview: what it lets through, Python
   checks. */
class Strokes {
  constructor(model) { this.model = model; }

  /* Why no stroke moves an atom into a grid: null where one may. */
  closed(atom, to) {
    const { model } = this,
      from = model.slots[model.shown[atom]].row,
      target = model.slots[to].row;
    if (from.locked) { return "locked"; }
    if (from.kind === "special" || target.kind === "special") { return "special"; }
    return model.communities.code[model.community[atom]] === target.community ? null : "community";
  }

  /* Shows those of some atoms in a grid that can go there together; gives for each of the others why it cannot. */
  take(atoms, to, taken) {
    const { model } = this,
      refused = new Map(),
      wanted = new Set();
    atoms.forEach((atom) => {
      if (model.shown[atom] === to) { return; }
      const why = this.closed(atom, to);
      if (why) {
        refused.set(atom, why);
      } else { wanted.add(atom); }
    });
    const going = this.settled(wanted, to, refused);
    going.forEach((atom) => {
      if (!taken.has(atom)) { taken.set(atom, model.shown[atom]); }
      model.show(atom, to);
    });
    return refused;
  }

  /* The most of some atoms that reach a grid and leave their own whole; what is kept back may have been the way to
     others. */
  settled(wanted, to, refused) {
    let going = this.reached(wanted, to);
    wanted.forEach((atom) => {
      if (!going.has(atom)) { refused.set(atom, "far"); }
    });
    for (;;) {
      const kept = this.spared(going),
        next = kept.size === going.size ? going : this.reached(kept, to);
      going.forEach((atom) => {
        if (!next.has(atom)) { refused.set(atom, kept.has(atom) ? "far" : "cut"); }
      });
      if (next.size === going.size) { return going; }
      going = next;
    }
  }

  /* Those of some atoms whose grids stay whole without them. */
  spared(atoms) {
    const bySource = new Map(),
      kept = new Set();
    atoms.forEach((atom) => {
      const slot = this.model.shown[atom];
      if (!bySource.has(slot)) { bySource.set(slot, []); }
      bySource.get(slot).push(atom);
    });
    bySource.forEach((own, slot) => this.sparing(own, slot).forEach((atom) => kept.add(atom)));
    return kept;
  }

  /* The atoms to which one comes from a grid, going through them alone; the nearest first. */
  reached(wanted, to) {
    const { model } = this,
      found = new Set(),
      queue = [];
    const add = (atom) => {
      if (!found.has(atom)) {
        found.add(atom);
        queue.push(atom);
      }
    };
    wanted.forEach((atom) => {
      let beside = false;
      model.joined(atom, (other) => {
        beside = beside || model.shown[other] === to;
      });
      if (beside) { add(atom); }
    });
    for (let at = 0; at < queue.length; at++) {
      model.joined(queue[at], (other) => {
        if (wanted.has(other)) { add(other); }
      });
    }
    return found;
  }

  /* Those of a grid's atoms that can leave it: all together, or else one after the other as long as the rest is whole.
     */
  sparing(atoms, slot) {
    const rest = new Set(this.model.slots[slot].atoms);
    atoms.forEach((atom) => rest.delete(atom));
    if (this.whole(rest)) { return atoms; }
    const left = new Set(this.model.slots[slot].atoms),
      going = [];
    atoms.forEach((atom) => {
      left.delete(atom);
      if (this.whole(left)) {
        going.push(atom);
      } else { left.add(atom); }
    });
    return going;
  }

  /* Whether some atoms hold together; none do. */
  whole(atoms) {
    const [first] = atoms;
    if (first === undefined) { return true; }
    const seen = new Set([first]),
      queue = [first];
    while (queue.length) {
      this.model.joined(queue.pop(), (other) => {
        if (atoms.has(other) && !seen.has(other)) {
          seen.add(other);
          queue.push(other);
        }
      });
    }
    return seen.size === atoms.size;
  }
}
