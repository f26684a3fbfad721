/* Squares of heat on a canvas: what they are is computed once, so a square has the same number and colour at every zoom. */
"use strict";

PlanPage.unpackHeat = function () {
  var heat = PlanPage.data.heat;
  if (!heat) { return; }
  heat.values = heat.frames.map(function (runs) {
    var values = new Float64Array(heat.columns * heat.rows), at = 0;
    runs.forEach(function (number) {
      if (number < 0) { at -= number; } else { values[at] = number * heat.quantum; at += 1; }
    });
    return values;
  });
  heat.classes = {};
  PlanPage.meshHeat(heat);
};

/* Mercator's x and y, in pixels of zoom 0, where lines of the lattice cross: straight between the crossings that are told. */
PlanPage.meshHeat = function (heat) {
  var origin = PlanPage.data.shapes.origin, wide = heat.columns + 1, told = Math.ceil(heat.columns / heat.step) + 1;
  var x = heat.x.map(function (each) { return 256 * ((origin[0] + each) / 360e6 + 0.5); });
  var y = heat.y.map(function (each) {
    return 128 - 128 / Math.PI * Math.log(Math.tan(Math.PI / 4 + (origin[1] + each) / 1e6 * Math.PI / 360));
  });
  heat.mx = new Float64Array(wide * (heat.rows + 1));
  heat.my = new Float64Array(wide * (heat.rows + 1));
  for (var r = 0; r <= heat.rows; r += 1) {
    var i = Math.min(Math.floor(r / heat.step), Math.max(Math.ceil(heat.rows / heat.step) - 1, 0));
    var high = Math.min((i + 1) * heat.step, heat.rows) - i * heat.step, v = high ? (r - i * heat.step) / high : 0;
    for (var c = 0; c <= heat.columns; c += 1) {
      var j = Math.min(Math.floor(c / heat.step), Math.max(told - 2, 0));
      var broad = Math.min((j + 1) * heat.step, heat.columns) - j * heat.step, u = broad ? (c - j * heat.step) / broad : 0;
      var a = i * told + j, b = a + told;
      heat.mx[r * wide + c] = (1 - v) * ((1 - u) * x[a] + u * x[a + 1]) + v * ((1 - u) * x[b] + u * x[b + 1]);
      heat.my[r * wide + c] = (1 - v) * ((1 - u) * y[a] + u * y[a + 1]) + v * ((1 - u) * y[b] + u * y[b + 1]);
    }
  }
};

PlanPage.heatClasses = function () {
  var heat = PlanPage.data.heat, breaks = PlanPage.scale("heat"), values = heat.values[PlanPage.frame];
  if (!heat.classes[PlanPage.frame]) {
    heat.classes[PlanPage.frame] = Int8Array.from(values, function (value) { return PlanPage.classOf(value, breaks); });
  }
  return heat.classes[PlanPage.frame];
};

/* Each class over the ones below it, in runs of squares, so that no line shows between two squares. */
PlanPage.paintHeat = function (context, view) {
  var heat = PlanPage.data.heat, classes = PlanPage.heatClasses(), wide = heat.columns + 1;
  PlanPage.data.ramps.heat.forEach(function (colour, level) {
    context.fillStyle = colour;
    context.beginPath();
    for (var r = 0; r < heat.rows; r += 1) {
      if (heat.my[r * wide] < view.north - 1e-3 && heat.my[r * wide + heat.columns] < view.north - 1e-3) { break; }
      for (var c = 0; c < heat.columns; c += 1) {
        if (classes[r * heat.columns + c] < level) { continue; }
        var from = c;
        while (c + 1 < heat.columns && c - from < 31 && classes[r * heat.columns + c + 1] >= level) { c += 1; }
        PlanPage.traceSquares(context, view, r * wide + from, r * wide + c + 1, wide);
      }
    }
    context.fill();
  });
};

/* Squares of a row from one crossing to another; a little higher than they are, under the ones above. */
PlanPage.traceSquares = function (context, view, low, high, wide) {
  var heat = PlanPage.data.heat, x = heat.mx, y = heat.my;
  if (x[high] < view.west || x[low] > view.east || y[low] < view.north || y[low + wide] > view.south) { return; }
  context.moveTo(x[low] * view.scale - view.left, y[low] * view.scale - view.top);
  context.lineTo(x[high] * view.scale - view.left + 0.3, y[high] * view.scale - view.top);
  context.lineTo(x[high + wide] * view.scale - view.left + 0.3, y[high + wide] * view.scale - view.top - 0.3);
  context.lineTo(x[low + wide] * view.scale - view.left, y[low + wide] * view.scale - view.top - 0.3);
  context.closePath();
};

/* Incidents to the hectare, or km2, at a place: of its square, or of the piece that the public is told. */
PlanPage.heatAt = function (latlng) {
  var heat = PlanPage.data.heat;
  if (!heat) {
    var row = PlanPage.zones.pieces ? PlanPage.rowAt("pieces", latlng) : null;
    return row === null ? null : PlanPage.data.density.values[PlanPage.frame][row] / 100;
  }
  var x = 256 * (latlng.lng / 360 + 0.5), y = 128 - 128 / Math.PI * Math.log(Math.tan(Math.PI / 4 + latlng.lat * Math.PI / 360));
  var wide = heat.columns + 1, c = 0, r = 0;
  // The lattice leans by a degree or two at most: two rounds find the square from any corner.
  for (var round = 0; round < 3; round += 1) {
    c = 0;
    while (c < heat.columns && heat.mx[r * wide + c + 1] <= x) { c += 1; }
    r = 0;
    while (r < heat.rows && heat.my[(r + 1) * wide + Math.min(c, heat.columns)] >= y) { r += 1; }
    r = Math.min(r, heat.rows - 1);
  }
  var inside = c < heat.columns && x >= heat.mx[r * wide] && y <= heat.my[c] && y >= heat.my[heat.rows * wide + c];
  return inside ? heat.values[PlanPage.frame][r * heat.columns + c] : null;
};
