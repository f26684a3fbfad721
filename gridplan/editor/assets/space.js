/* Finds atoms by place: a lattice of equal fields that names the atoms whose boxes reach into each. */
class Space {
  constructor(land) {
    this.land = land;
    const { box, count } = land;
    this.west = Infinity;
    this.south = Infinity;
    let east = -Infinity,
      north = -Infinity,
      wide = 0,
      high = 0;
    for (let atom = 0; atom < count; atom++) {
      this.west = Math.min(this.west, box[4 * atom]);
      east = Math.max(east, box[4 * atom + 2]);
      this.south = Math.min(this.south, box[4 * atom + 1]);
      north = Math.max(north, box[4 * atom + 3]);
      wide += box[4 * atom + 2] - box[4 * atom];
      high += box[4 * atom + 3] - box[4 * atom + 1];
    }
    const width = Math.max(east - this.west, 1),
      height = Math.max(north - this.south, 1);
    this.stepX = Math.max((1.5 * wide) / Math.max(count, 1), width / 1000, 1);
    this.stepY = Math.max((1.5 * high) / Math.max(count, 1), height / 1000, 1);
    this.columns = Math.ceil(width / this.stepX) + 1;
    this.rows = Math.ceil(height / this.stepY) + 1;
    this.fill();
  }

  fill() {
    const { land, columns } = this,
      first = new Int32Array(columns * this.rows + 1);
    const visit = (act) => {
      for (let atom = 0; atom < land.count; atom++) {
        const [c0, r0, c1, r1] = this.fields(
          land.box[4 * atom],
          land.box[4 * atom + 1],
          land.box[4 * atom + 2],
          land.box[4 * atom + 3],
        );
        for (let row = r0; row <= r1; row++) {
          for (let column = c0; column <= c1; column++) { act(row * columns + column, atom); }
        }
      }
    };
    visit((field) => {
      first[field + 1]++;
    });
    for (let field = 1; field < first.length; field++) { first[field] += first[field - 1]; }
    this.first = first;
    this.held = new Int32Array(first[first.length - 1]);
    const next = first.slice();
    visit((field, atom) => {
      this.held[next[field]++] = atom;
    });
  }

  fields(west, south, east, north) {
    const column = (x) => Math.min(this.columns - 1, Math.max(0, Math.floor((x - this.west) / this.stepX)));
    const row = (y) => Math.min(this.rows - 1, Math.max(0, Math.floor((y - this.south) / this.stepY)));
    return [column(west), row(south), column(east), row(north)];
  }

  /* The atom that holds a place, -1 where there is none. */
  at(x, y) {
    const { land, columns, first, held } = this,
      [column, row] = this.fields(x, y, x, y),
      field = row * columns + column;
    for (let place = first[field]; place < first[field + 1]; place++) {
      const atom = held[place],
        side = 4 * atom;
      if (x < land.box[side] || y < land.box[side + 1] || x > land.box[side + 2] || y > land.box[side + 3]) {
        continue;
      }
      if (land.holds(atom, x, y)) { return atom; }
    }
    return -1;
  }

  /* Calls act for each atom whose inner place lies in the box; once each. */
  eachWithin(west, south, east, north, act) {
    const { land, columns, first, held } = this,
      [c0, r0, c1, r1] = this.fields(west, south, east, north);
    for (let row = r0; row <= r1; row++) {
      for (let column = c0; column <= c1; column++) {
        const field = row * columns + column;
        for (let place = first[field]; place < first[field + 1]; place++) {
          const atom = held[place],
            x = land.inside[2 * atom],
            y = land.inside[2 * atom + 1];
          if (x < west || x > east || y < south || y > north) { continue; }
          const [ownColumn, ownRow] = this.fields(x, y, x, y);
          if (ownColumn === column && ownRow === row) { act(atom, x, y); }
        }
      }
    }
  }

  /* The atoms under a brush that goes straight from one place to another: those that its middle crosses, and those
     whose inner place its circle (an ellipse in degrees, radius rx and ry) passes over. */
  underBrush(from, to, rx, ry, act) {
    const [x0, y0] = from,
      [x1, y1] = to,
      dx = (x1 - x0) / rx,
      dy = (y1 - y0) / ry,
      long = dx * dx + dy * dy;
    this.eachWithin(
      Math.min(x0, x1) - rx,
      Math.min(y0, y1) - ry,
      Math.max(x0, x1) + rx,
      Math.max(y0, y1) + ry,
      (atom, x, y) => {
        const px = (x - x0) / rx,
          py = (y - y0) / ry,
          share = long ? Math.min(1, Math.max(0, (px * dx + py * dy) / long)) : 0;
        if ((px - share * dx) ** 2 + (py - share * dy) ** 2 <= 1) { act(atom); }
      },
    );
    const steps = Math.max(1, Math.ceil(Math.hypot((x1 - x0) / this.stepX, (y1 - y0) / this.stepY) * 4));
    for (let step = 0; step <= steps; step++) {
      const atom = this.at(x0 + ((x1 - x0) * step) / steps, y0 + ((y1 - y0) * step) / steps);
      if (atom >= 0) { act(atom); }
    }
  }

  /* The atoms whose inner place lies in a ring of places. */
  within(ring) {
    const found = [],
      xs = ring.map((place) => place[0]),
      ys = ring.map((place) => place[1]);
    this.eachWithin(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys), (atom, x, y) => {
      let odd = false;
      for (let at = 0, before = ring.length - 1; at < ring.length; before = at++) {
        const [ax, ay] = ring[before],
          [bx, by] = ring[at];
        if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) { odd = !odd; }
      }
      if (odd) { found.push(atom); }
    });
    return found.sort((one, other) => one - other);
  }
}
