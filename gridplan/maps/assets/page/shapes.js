/* From the shared lines of the data to latitudes and longitudes. Whole numbers are millionths of a degree from the origin. */
"use strict";

PlanPage.decode = function (flat) {
  var origin = PlanPage.data.origin, x = origin[0], y = origin[1], points = [];
  for (var i = 0; i < flat.length; i += 2) {
    x += flat[i];
    y += flat[i + 1];
    points.push([y / 1e6, x / 1e6]);
  }
  return points;
};

PlanPage.prepareShapes = function () {
  PlanPage.arcs = PlanPage.data.arcs.map(PlanPage.decode);
};

PlanPage.ring = function (references) {
  var points = [];
  references.forEach(function (reference) {
    var arc = reference < 0 ? PlanPage.arcs[~reference].slice().reverse() : PlanPage.arcs[reference];
    points.push.apply(points, arc.slice(0, -1));
  });
  return points;
};

PlanPage.polygons = function (shape) {
  return shape.map(function (polygon) { return polygon.map(PlanPage.ring); });
};

/* The arcs of a layer, each once, as lines. */
PlanPage.lines = function (shapes, except) {
  var used = new Set();
  shapes.forEach(function (shape) {
    shape.forEach(function (polygon) {
      polygon.forEach(function (ring) {
        ring.forEach(function (reference) { used.add(reference < 0 ? ~reference : reference); });
      });
    });
  });
  if (except) { except.forEach(function (number) { used.delete(number); }); }
  return { numbers: used, lines: Array.from(used, function (number) { return PlanPage.arcs[number]; }) };
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
  PlanPage.data[layer].grid.forEach(function (grid, row) { rows[grid].push(row); });
  return rows;
};
