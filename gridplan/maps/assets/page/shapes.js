/* From the packed bytes to places: shared lines are kept once, as whole units from the origin (see gridplan/maps/packed.py). */
"use strict";

/* Numbers of seven bits a byte, the lowest first. */
PlanPage.varints = function (bytes) {
  var made = new Uint32Array(bytes.length), count = 0;
  for (var i = 0; i < bytes.length; count += 1) {
    var value = 0, shift = 1, byte;
    do { byte = bytes[i]; i += 1; value += (byte & 127) * shift; shift *= 128; } while (byte > 127);
    made[count] = value;
  }
  return made.subarray(0, count);
};

/* Where each of the parts begins whose sizes are given, and where the last one ends. */
PlanPage.starts = function (sizes) {
  var made = new Uint32Array(sizes.length + 1);
  for (var i = 0; i < sizes.length; i += 1) { made[i + 1] = made[i] + sizes[i]; }
  return made;
};

PlanPage.unpack = function (head, bytes) {
  var at = 0, streams = head.streams.map(function (size) { at += size; return PlanPage.varints(bytes.subarray(at - size, at)); });
  var counts = streams.shift(), dx = streams.shift(), dy = streams.shift();
  var x = new Float64Array(dx.length), y = new Float64Array(dy.length), east = 0, north = 0, unit = head.unit;
  for (var i = 0; i < dx.length; i += 1) {
    east += (dx[i] >>> 1) ^ -(dx[i] & 1);
    north += (dy[i] >>> 1) ^ -(dy[i] & 1);
    x[i] = (head.origin[0] + east * unit) / 1e6;
    y[i] = (head.origin[1] + north * unit) / 1e6;
  }
  PlanPage.points = { x: x, y: y, from: PlanPage.starts(counts) };
  PlanPage.zones = {};
  Object.keys(head.zones).forEach(function (name) {
    var rows = PlanPage.starts(streams.shift()), polygons = PlanPage.starts(streams.shift()), rings = PlanPage.starts(streams.shift());
    PlanPage.zones[name] = { rows: rows, polygons: polygons, rings: rings, arcs: streams.shift() };
  });
  PlanPage.numberArcs();
  PlanPage.loose = {};
  var next = head.shared;
  Object.keys(head.loose).forEach(function (name) {
    var rows = PlanPage.starts(streams.shift());
    PlanPage.loose[name] = { rows: rows, first: next };
    next += rows[rows.length - 1];
  });
};

/* References as they are written count back from the last new line; here they become numbers of lines, ~number where backwards. */
PlanPage.numberArcs = function () {
  var known = 0;
  Object.keys(PlanPage.zones).forEach(function (name) {
    var written = PlanPage.zones[name].arcs, arcs = new Int32Array(written.length);
    for (var i = 0; i < written.length; i += 1) {
      if (written[i] === 0) { arcs[i] = known; known += 1; } else {
        var number = known - 1 - ((written[i] - 1) >> 1);
        arcs[i] = (written[i] - 1) & 1 ? ~number : number;
      }
    }
    PlanPage.zones[name].arcs = arcs;
  });
};

PlanPage.line = function (number) {
  var points = PlanPage.points, made = [];
  for (var i = points.from[number]; i < points.from[number + 1]; i += 1) { made.push([points.y[i], points.x[i]]); }
  return made;
};

PlanPage.ring = function (zones, number) {
  var made = [];
  for (var i = zones.rings[number]; i < zones.rings[number + 1]; i += 1) {
    var arc = zones.arcs[i], line = arc < 0 ? PlanPage.line(~arc).reverse() : PlanPage.line(arc);
    line.pop();
    Array.prototype.push.apply(made, line);
  }
  return made;
};

/* The polygons of a zone: each its rings, each its points as latitude and longitude. */
PlanPage.polygons = function (layer, row) {
  var zones = PlanPage.zones[layer], made = [];
  for (var polygon = zones.rows[row]; polygon < zones.rows[row + 1]; polygon += 1) {
    var rings = [];
    for (var ring = zones.polygons[polygon]; ring < zones.polygons[polygon + 1]; ring += 1) { rings.push(PlanPage.ring(zones, ring)); }
    made.push(rings);
  }
  return made;
};

/* The rings or lines of a row that shares none. */
PlanPage.rings = function (layer, row) {
  var loose = PlanPage.loose[layer], made = [];
  for (var i = loose.rows[row]; i < loose.rows[row + 1]; i += 1) { made.push(PlanPage.line(loose.first + i)); }
  return made;
};

PlanPage.rowCount = function (layer) {
  return (PlanPage.zones[layer] || PlanPage.loose[layer]).rows.length - 1;
};

PlanPage.bounds = function (layer, row) {
  return L.latLngBounds(PlanPage.zones[layer] ? PlanPage.polygons(layer, row).flat(2) : PlanPage.rings(layer, row).flat());
};

/* What a whole layer of zones spans, found from its lines. */
PlanPage.allBounds = function (layer) {
  var points = PlanPage.points, west = Infinity, south = Infinity, east = -Infinity, north = -Infinity;
  PlanPage.linesOf(layer).forEach(function (number) {
    for (var i = points.from[number]; i < points.from[number + 1]; i += 1) {
      west = Math.min(west, points.x[i]); east = Math.max(east, points.x[i]);
      south = Math.min(south, points.y[i]); north = Math.max(north, points.y[i]);
    }
  });
  return L.latLngBounds([[south, west], [north, east]]);
};

/* The numbers of the lines of a layer, each once, without those of another. */
PlanPage.linesOf = function (layer, except) {
  var used = new Set();
  PlanPage.zones[layer].arcs.forEach(function (arc) { used.add(arc < 0 ? ~arc : arc); });
  if (except) { except.forEach(function (number) { used.delete(number); }); }
  return used;
};

/* Whether a point lies inside rings, by counting crossings (holes count as outside). */
PlanPage.inside = function (latlng, rings) {
  var within = false;
  rings.forEach(function (ring) {
    for (var i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      var a = ring[i], b = ring[j];
      if ((a[0] > latlng.lat) !== (b[0] > latlng.lat) &&
          latlng.lng < (b[1] - a[1]) * (latlng.lat - a[0]) / (b[0] - a[0]) + a[1]) { within = !within; }
    }
  });
  return within;
};

/* Rows of a layer whose grid is the given one, found once for all grids. */
PlanPage.rowsByGrid = function (layer) {
  var rows = PlanPage.data.grids.code.map(function () { return []; });
  PlanPage.data[layer].grid.forEach(function (grid, row) { if (grid !== null) { rows[grid].push(row); } });
  return rows;
};
