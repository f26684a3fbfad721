/* The plan as it is shown: what the server said last (truth), and over it the moves that it has not answered yet. */
const REVIEW = ["steps", "may", "adopted", "against"];

class Model {
  constructor(scene) {
    this.land = new Land(scene);
    this.space = new Space(this.land);
    const { atoms } = scene;
    this.count = atoms.id.length;
    this.ids = atoms.id;
    this.households = Float64Array.from(atoms.households, (value) => value || 0);
    this.compound = atoms.compound;
    this.community = Int32Array.from(atoms.community);
    this.borders = {
      a: Int32Array.from(scene.borders.a),
      b: Int32Array.from(scene.borders.b),
      kind: Uint8Array.from(scene.borders.kind),
      joins: Uint8Array.from(scene.borders.joins),
    };
    this.communities = scene.communities;
    this.places = scene.places;
    this.slots = [];
    this.slotOf = new Map();
    scene.grids.forEach((row) => this.open(row));
    this.truth = Int32Array.from(atoms.grid);
    this.shown = this.truth.slice();
    this.shown.forEach((slot, atom) => this.slots[slot].atoms.add(atom));
    this.link(scene.shut);
    this.take(scene);
    this.changed = new Set();
    this.touched = new Set();
  }

  take(scene) {
    ["plan", "name", "revision", "state", "editable", "findings", "totals", "history", ...REVIEW].forEach((name) => {
      this[name] = scene[name];
    });
  }

  /* A new grid. Slots are never used again, so that a slot names one grid as long as the page is open. */
  open(row) {
    const slot = this.slots.length;
    this.slots.push({ row, atoms: new Set(), delta: 0, gone: false });
    this.slotOf.set(row.code, slot);
    return slot;
  }

  /* The atoms beside each atom: those of atom a are besideOf[besideAt[a] .. besideAt[a + 1]]. A grid holds together
     with those of them that come first, up to joinedTo[a]; not across pairs that are shut. */
  link(shut) {
    const { a, b, joins } = this.borders,
      first = new Int32Array(this.count + 1);
    for (let at = 0; at < a.length; at++) {
      first[a[at] + 1]++;
      first[b[at] + 1]++;
    }
    for (let atom = 0; atom < this.count; atom++) { first[atom + 1] += first[atom]; }
    this.besideAt = first;
    this.besideOf = new Int32Array(2 * a.length);
    const next = first.slice(),
      closed = new Set(shut.map(([one, other]) => one * this.count + other));
    const open = (at) => joins[at] === 1 && !closed.has(a[at] * this.count + b[at]);
    const fill = (wanted) => {
      for (let at = 0; at < a.length; at++) {
        if (open(at) === wanted) {
          this.besideOf[next[a[at]]++] = b[at];
          this.besideOf[next[b[at]]++] = a[at];
        }
      }
    };
    fill(true);
    this.joinedTo = next.slice();
    fill(false);
    this.shut = shut;
  }

  beside(atom, act) {
    for (let at = this.besideAt[atom]; at < this.besideAt[atom + 1]; at++) { act(this.besideOf[at]); }
  }

  /* The atoms beside an atom with which a grid may hold together. */
  joined(atom, act) {
    for (let at = this.besideAt[atom]; at < this.joinedTo[atom]; at++) { act(this.besideOf[at]); }
  }

  get live() { return this.slots.map((_, slot) => slot).filter((slot) => !this.slots[slot].gone); }

  communityName(code) { return this.communities.name[this.communities.code.indexOf(code)] || code; }

  householdsOf(slot) { return this.slots[slot].row.households + this.slots[slot].delta; }

  /* ok, proved or open, by the households as they are shown. */
  statusOf(slot) {
    const { row, delta } = this.slots[slot];
    if (!delta) { return row.status; }
    return this.sideOf(slot) === 0 ? "ok" : "open";
  }

  /* -1 below the range, 1 above it, 0 within it or without one. */
  sideOf(slot) {
    const { row } = this.slots[slot],
      households = this.householdsOf(slot);
    if (row.low !== null && row.low !== undefined && households < row.low) { return -1; }
    return row.high !== null && row.high !== undefined && households > row.high ? 1 : 0;
  }

  /* Whether a grid may be given an atom: of the same community, of no locked grid. */
  mayMove(atom, to) {
    const from = this.slots[this.shown[atom]],
      target = this.slots[to];
    if (this.shown[atom] === to || from.row.locked || target.row.locked || target.gone) { return false; }
    return this.communities.code[this.community[atom]] === target.row.community;
  }

  /* Shows an atom in a grid, and counts it there. */
  show(atom, to) {
    const from = this.shown[atom];
    if (from === to) { return; }
    this.slots[from].atoms.delete(atom);
    this.slots[to].atoms.add(atom);
    this.slots[from].delta -= this.households[atom];
    this.slots[to].delta += this.households[atom];
    this.shown[atom] = to;
    this.changed.add(atom);
    this.touched.add(from).add(to);
  }

  /* Back to the truth where the atoms were shown elsewhere. */
  revert(atoms) { atoms.forEach((atom) => this.show(atom, this.truth[atom])); }

  /* What the server says now, below the previews of edits that wait. */
  apply(patch, revision, previews) {
    previews.forEach((edit) => this.revert(edit.atoms));
    const fresh = [];
    patch.grids.forEach((row) => {
      if (this.slotOf.has(row.code)) {
        this.slots[this.slotOf.get(row.code)].row = row;
      } else { fresh.push(this.open(row)); }
      this.touched.add(this.slotOf.get(row.code));
    });
    patch.atoms.row.forEach((atom, place) => {
      const slot = this.slotOf.get(patch.atoms.grid[place]);
      if (slot !== undefined) { this.place(atom, slot); }
    });
    if (patch.shut && JSON.stringify(patch.shut) !== JSON.stringify(this.shut)) { this.link(patch.shut); }
    if (patch.counts) {
      patch.counts.row.forEach((atom, place) => {
        this.households[atom] = patch.counts.households[place];
      });
    }
    const told = patch.whole ? new Set(patch.grids.map((row) => row.code)) : null;
    (told ? [...this.slotOf.keys()].filter((code) => !told.has(code)) : patch.gone).forEach((code) => this.close(code));
    ["findings", "totals", "history", "state", "editable", "name", ...REVIEW].forEach((name) => {
      if (patch[name] !== undefined) { this[name] = patch[name]; }
    });
    this.revision = revision;
    this.replay(previews);
    return fresh;
  }

  replay(previews) {
    previews.forEach((edit) =>
      edit.atoms.forEach((atom) => {
        const to = this.heir(edit.to);
        if (to !== null) { this.show(atom, to); }
      }),
    );
  }

  /* The truth about an atom, already in the rows of the grids. */
  place(atom, slot) {
    const from = this.shown[atom];
    this.truth[atom] = slot;
    if (from === slot) { return; }
    this.slots[from].atoms.delete(atom);
    this.slots[slot].atoms.add(atom);
    this.shown[atom] = slot;
    this.changed.add(atom);
    this.touched.add(from).add(slot);
    const heirs = this.slots[from].heirs || (this.slots[from].heirs = new Map());
    heirs.set(slot, (heirs.get(slot) || 0) + this.households[atom] + 1e-6);
  }

  close(code) {
    const slot = this.slotOf.get(code);
    if (slot === undefined) { return; }
    this.slots[slot].gone = true;
    this.slotOf.delete(code);
    this.touched.add(slot);
  }

  /* The grid itself, or the one that took most of it where it is gone; null where none did. */
  heir(slot) {
    for (let steps = 0; slot !== null && this.slots[slot].gone && steps < 50; steps++) {
      const heirs = [...(this.slots[slot].heirs || [])].sort((one, other) => other[1] - one[1]);
      slot = heirs.length ? heirs[0][0] : null;
    }
    return slot;
  }

  /* What differs between the truth and another scene of the same plan, as a patch. */
  difference(scene) {
    const row = [],
      grid = [],
      codes = new Set(scene.grids.map((each) => each.code));
    scene.atoms.grid.forEach((place, atom) => {
      const code = scene.grids[place].code;
      if (this.slots[this.truth[atom]].row.code !== code) {
        row.push(atom);
        grid.push(code);
      }
    });
    const grids = scene.grids.filter((each) => {
      const slot = this.slotOf.get(each.code);
      return slot === undefined || JSON.stringify(this.slots[slot].row) !== JSON.stringify(each);
    });
    const gone = [...this.slotOf.keys()].filter((code) => !codes.has(code));
    const counted = scene.atoms.households
      .map((_, atom) => atom)
      .filter((atom) => (scene.atoms.households[atom] || 0) !== this.households[atom]);
    const counts = { row: counted, households: counted.map((atom) => scene.atoms.households[atom] || 0) };
    const { findings, totals, history, state, editable, name, shut } = scene,
      review = Object.fromEntries(REVIEW.map((each) => [each, scene[each]]));
    return {
      grids,
      gone,
      atoms: { row, grid },
      counts,
      shut,
      findings,
      totals,
      history,
      state,
      editable,
      name,
      ...review,
    };
  }

  /* Whether another scene is of the same atoms. */
  alike(scene) {
    return scene.atoms.id.length === this.count && scene.atoms.id.every((id, atom) => id === this.ids[atom]);
  }

  sum(atoms) {
    let households = 0;
    atoms.forEach((atom) => {
      households += this.households[atom];
    });
    return households;
  }
}
