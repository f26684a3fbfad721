/* The shapes of atoms, decoded once from the arcs of the scene into flat arrays, in 1e-6 degrees from the origin. */
const PER_DEGREE = 1e6;

class Land {
  constructor(scene) {
    this.origin = scene.origin;
    this.count = scene.atoms.shape.length;
    this.arcs = scene.arcs.map(Land.line);
    this.left = new Int32Array(this.arcs.length).fill(-1);
    this.right = new Int32Array(this.arcs.length).fill(-1);
    this.polygons = new Int32Array(this.count + 1);
    this.arcsOf = new Array(this.count);
    this.decode(scene.atoms.shape);
    this.box = new Int32Array(this.count * 4);
    this.inside = new Int32Array(this.count * 2);
    for (let atom = 0; atom < this.count; atom++) { this.measure(atom); }
  }

  /* The places of an arc from its first place and the steps. */
  static line(steps) {
    const places = Int32Array.from(steps);
    for (let at = 2; at < places.length; at++) { places[at] += places[at - 2]; }
    return places;
  }

  /* All rings one behind the other: ring r has the places ringAt[r] .. ringAt[r + 1], atom a the rings polygons[a] ..
     polygons[a + 1]. */
  decode(shapes) {
    const ringAt = [0],
      outer = [],
      places = [];
    shapes.forEach((shape, atom) => {
      const own = [];
      shape.forEach((polygon) =>
        polygon.forEach((ring, place) => {
          ring.forEach((reference) => {
            const number = reference < 0 ? ~reference : reference;
            own.push(number);
            if (this.left[number] < 0) {
              this.left[number] = atom;
            } else { this.right[number] = atom; }
            this.append(places, this.arcs[number], reference < 0);
          });
          ringAt.push(places.length / 2);
          outer.push(place === 0 ? 1 : 0);
        }),
      );
      this.arcsOf[atom] = Int32Array.from(own);
      this.polygons[atom + 1] = outer.length;
    });
    this.places = Int32Array.from(places);
    this.ringAt = Int32Array.from(ringAt);
    this.outer = Uint8Array.from(outer);
  }

  append(places, arc, backwards) {
    const last = arc.length / 2 - 1;
    for (let step = 0; step < last; step++) {
      const at = 2 * (backwards ? last - step : step);
      places.push(arc[at], arc[at + 1]);
    }
  }

  /* The box of an atom and a place inside it: the middle of its widest cut from west to east. */
  measure(atom) {
    const from = this.ringAt[this.polygons[atom]],
      to = this.ringAt[this.polygons[atom + 1]],
      { places, box } = this;
    let west = Infinity,
      south = Infinity,
      east = -Infinity,
      north = -Infinity;
    for (let at = 2 * from; at < 2 * to; at += 2) {
      west = Math.min(west, places[at]);
      east = Math.max(east, places[at]);
      south = Math.min(south, places[at + 1]);
      north = Math.max(north, places[at + 1]);
    }
    box.set([west, south, east, north], 4 * atom);
    let widest = -1;
    for (const share of [0.5, 0.35, 0.65, 0.2, 0.8]) {
      const level = south + (north - south) * share + 0.25,
        crossings = this.crossings(atom, level);
      for (let pair = 1; pair < crossings.length; pair += 2) {
        const width = crossings[pair] - crossings[pair - 1];
        if (width > widest * 1.15) {
          widest = width;
          this.inside.set([(crossings[pair] + crossings[pair - 1]) / 2, level], 2 * atom);
        }
      }
    }
    if (widest < 0) { this.inside.set([(west + east) / 2, (south + north) / 2], 2 * atom); }
  }

  crossings(atom, level) {
    const found = [],
      { places, ringAt } = this;
    for (let ring = this.polygons[atom]; ring < this.polygons[atom + 1]; ring++) {
      for (let at = ringAt[ring], before = ringAt[ring + 1] - 1; at < ringAt[ring + 1]; before = at++) {
        const y0 = places[2 * before + 1],
          y1 = places[2 * at + 1];
        if (y0 > level !== y1 > level) {
          found.push(places[2 * before] + ((level - y0) / (y1 - y0)) * (places[2 * at] - places[2 * before]));
        }
      }
    }
    return found.sort((one, other) => one - other);
  }

  holds(atom, x, y) {
    const { places, ringAt } = this;
    let odd = false;
    for (let ring = this.polygons[atom]; ring < this.polygons[atom + 1]; ring++) {
      for (let at = ringAt[ring], before = ringAt[ring + 1] - 1; at < ringAt[ring + 1]; before = at++) {
        const y0 = places[2 * before + 1],
          y1 = places[2 * at + 1];
        if (
          y0 > y !== y1 > y &&
          x < places[2 * before] + ((y - y0) / (y1 - y0)) * (places[2 * at] - places[2 * before])
        ) { odd = !odd; }
      }
    }
    return odd;
  }

  lonlat(x, y) { return [(x + this.origin[0]) / PER_DEGREE, (y + this.origin[1]) / PER_DEGREE]; }

  /* A place of the map in the units of the land, not rounded. */
  spot({ lng, lat }) { return [lng * PER_DEGREE - this.origin[0], lat * PER_DEGREE - this.origin[1]]; }

  lineOf(number) {
    const arc = this.arcs[number],
      line = [];
    for (let at = 0; at < arc.length; at += 2) { line.push(this.lonlat(arc[at], arc[at + 1])); }
    return line;
  }

  /* The polygons of an atom as GeoJSON has them. */
  polygonsOf(atom) {
    const made = [];
    for (let ring = this.polygons[atom]; ring < this.polygons[atom + 1]; ring++) {
      const line = [];
      for (let at = this.ringAt[ring]; at < this.ringAt[ring + 1]; at++) {
        line.push(this.lonlat(this.places[2 * at], this.places[2 * at + 1]));
      }
      line.push(line[0]);
      if (this.outer[ring]) {
        made.push([line]);
      } else { made[made.length - 1].push(line); }
    }
    return made;
  }

  /* The lines of a shape that is not of atoms, as a community's. */
  linesOf(shape) {
    return shape.flat(2).map((reference) => this.lineOf(reference < 0 ? ~reference : reference));
  }

  /* West, south, east and north in degrees around some atoms. */
  bounds(atoms) {
    const found = [Infinity, Infinity, -Infinity, -Infinity];
    for (const atom of atoms) {
      for (const side of [0, 1]) {
        found[side] = Math.min(found[side], this.box[4 * atom + side]);
        found[side + 2] = Math.max(found[side + 2], this.box[4 * atom + side + 2]);
      }
    }
    return [...this.lonlat(found[0], found[1]), ...this.lonlat(found[2], found[3])];
  }
}
